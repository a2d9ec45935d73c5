import { type Estimate, type SorterErrors, rootSumSquare } from '#materials';
import { byText } from './folding.js';
import { sum } from './mass.js';
import type { LotState, RunState } from './model.js';
import { type OutletClasses, runClasses } from './run-classes.js';

/**
 * Shares by class of what runs put into a lot: those of its outlets, by mass. They are corrected where
 * those of every outlet are. Empty where no run that was given saw anything go to it.
 */
export function lotClasses(
  { lotId }: Pick<LotState, 'lotId'>,
  runs: readonly RunState[],
  errors: SorterErrors,
): OutletClasses {
  const parts = runs.flatMap((run) => {
    const { byOutlet } = runClasses(run, errors);
    return run.outlets.flatMap((planned) => {
      const found = planned.lotId === lotId ? byOutlet.get(planned.outlet) : undefined;
      return found === undefined || found.massMg === 0n ? [] : [found];
    });
  });
  const massMg = sum(parts.map((part) => part.massMg));
  const weights = parts.map((part) => Number(part.massMg) / Number(massMg));
  const names = [...new Set(parts.flatMap(({ shares }) => shares.map((one) => one.class)))];
  return {
    massMg,
    notCorrected: parts.find((part) => part.notCorrected !== null)?.notCorrected ?? null,
    shares: names.sort(byText).map((name) => {
      const found = parts.map(({ shares }) => shares.find((one) => one.class === name));
      const observed = found.map((one, at) => (one?.observed ?? 0) * weights[at]!);
      return {
        class: name,
        observed: observed.reduce((total, share) => total + share, 0),
        corrected: weighted(
          found.map((one, at) => (one === undefined ? absentIn(parts[at]!) : one.corrected)),
          weights,
        ),
      };
    }),
  };
}

/** Of a class that neither was said of an outlet nor is one of its model. */
const absentIn = ({ notCorrected }: OutletClasses): Estimate | null =>
  notCorrected === null ? { value: 0, deviation: 0 } : null;

function weighted(
  shares: readonly (Estimate | null)[],
  weights: readonly number[],
): Estimate | null {
  const known = shares.filter((share) => share !== null);
  if (known.length < shares.length) return null;
  return {
    value: known.reduce((total, { value }, at) => total + value * weights[at]!, 0),
    deviation: rootSumSquare(...known.map(({ deviation }, at) => deviation * weights[at]!)),
  };
}
