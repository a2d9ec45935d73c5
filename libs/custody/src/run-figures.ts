import {
  type Estimate,
  type LotShare,
  type SorterErrors,
  enrichmentOf,
  lossOfTarget,
  mergeSums,
  purityOf,
  recoveryOf,
  sumsToText,
  twoProductRecovery,
  yieldOf,
} from '#materials';
import { compositionOf } from './composition.js';
import { byText } from './folding.js';
import { square, sum } from './mass.js';
import type { LotState, RunState } from './model.js';
import { type OutletReadings, type SensorReadings, isSameSensor } from './reading-model.js';
import { sumsOf } from './reading-rows.js';
import { type RunClasses, runClasses } from './run-classes.js';

/** Null figures: nothing was fed, or weighed, or nobody measured what they are about. */
interface OutletFigures {
  readonly outlet: number;
  /** Over the metered feed. */
  readonly yield: Estimate | null;
  /** Share of the outlet's target class, and what of the feed's reached it. */
  readonly purity: Estimate | null;
  readonly recovery: Estimate | null;
  readonly analytes: readonly AnalyteFigures[];
}

interface AnalyteFigures {
  readonly analyte: string;
  /** ppm, by the readings of this run alone. */
  readonly share: LotShare;
  readonly feedShare: LotShare;
  readonly recovery: Estimate | null;
  readonly enrichment: Estimate | null;
  /** Recovery by the shares of both outlets, without any mass; null: there are not two. */
  readonly twoProduct: Estimate | null;
}

export interface RunFigures {
  readonly classes: RunClasses;
  readonly outlets: readonly OutletFigures[];
  /** By target class: what of it reached no product outlet. */
  readonly losses: readonly { readonly class: string; readonly lost: Estimate }[];
}

/**
 * Yield, purity, recovery, enrichment and loss of a run by the definitions of `process-figures.ts`. What
 * is below a recovery is the metered feed times what was read of all that the run was fed. Masses are
 * by scales and as weighed, wet. `lots` tells of the calibrations' biases.
 */
export function runFigures(
  run: RunState,
  lots: ReadonlyMap<string, LotState>,
  errors: SorterErrors,
): RunFigures {
  const classes = runClasses(run, errors);
  const feed = measured(run.feeds.map((row) => [row.cumulativeMg, square(row.uncertaintyMg)]));
  const rows = withBias(run, lots);
  const feedShares = sharesOf(feed, mergedBySensor(rows));
  const outlets = run.outlets
    .map((planned) => planned.outlet)
    .sort((a, b) => a - b)
    .map((outlet) => {
      const weighed = run.weighedOut.filter((row) => row.outlet === outlet);
      const mass = measured(weighed.map((row) => [row.massMg, row.uncertaintyMg2]));
      const placement = run.placed?.find((row) => row.outlet === outlet)?.placement;
      const own = rows.filter((row) => row.outlet === outlet);
      return { outlet, mass, shares: sharesOf(mass, own, placement) };
    });
  return {
    classes,
    outlets: outlets.map(({ outlet, mass, shares }) => ({
      outlet,
      yield: mass === null || feed === null ? null : yieldOf(mass, feed),
      ...targetFigures(run, classes, { outlet, mass, feed }),
      analytes: [...shares].flatMap(([analyte, share]) => {
        const feedShare = feedShares.get(analyte);
        if (feedShare === undefined) return [];
        const [other] = outlets.length === 2 ? outlets.filter((one) => one.outlet !== outlet) : [];
        const rest = other?.shares.get(analyte);
        return [analyteFigures(analyte, { share, feedShare, rest, mass, feed })];
      }),
    })),
    losses: lossesOf(run, classes, { feed, masses: outlets }),
  };
}

type Masses = readonly (readonly [massMg: bigint, varianceMg2: bigint])[];

/** Null: nothing was weighed. */
function measured(masses: Masses): Estimate | null {
  const value = Number(sum(masses.map(([massMg]) => massMg)));
  if (value <= 0) return null;
  return { value, deviation: Math.sqrt(Number(sum(masses.map(([, variance]) => variance)))) };
}

/** A run's rows do not know the bias that a calibration states; those of its lots do. */
function withBias(run: RunState, lots: ReadonlyMap<string, LotState>): OutletReadings[] {
  const known = run.outlets.flatMap(({ lotId }) => lots.get(lotId)?.readings ?? []);
  return (run.readings ?? []).map((row) => {
    const bias = known.find((one) => isSameSensor(one, row))?.bias;
    return bias === undefined ? row : { ...row, bias };
  });
}

/** One row a sensor: its bias is one, however many outlets there are. */
function mergedBySensor(rows: readonly OutletReadings[]): SensorReadings[] {
  const merged: SensorReadings[] = [];
  for (const row of rows) {
    const into = merged.find((one) => isSameSensor(one, row));
    if (into === undefined) {
      merged.push({ ...row });
      continue;
    }
    into.massUncertaintyPpm = Math.max(into.massUncertaintyPpm, row.massUncertaintyPpm);
    const analytes = new Set([...Object.keys(into.sums), ...Object.keys(row.sums)]);
    into.sums = Object.fromEntries(
      [...analytes].sort(byText).map((analyte) => {
        const sums = sumsOf(into, analyte);
        mergeSums(sums, sumsOf(row, analyte));
        return [analyte, sumsToText(sums)];
      }),
    );
  }
  return merged;
}

function sharesOf(
  mass: Estimate | null,
  readings: SensorReadings[],
  placement?: LotState['placement'],
): Map<string, LotShare> {
  if (mass === null || readings.length === 0) return new Map();
  return compositionOf({
    receivedMg: BigInt(Math.floor(mass.value)),
    assays: [],
    readings,
    ...(placement === undefined ? {} : { placement }),
  });
}

function analyteFigures(
  analyte: string,
  of: {
    readonly share: LotShare;
    readonly feedShare: LotShare;
    readonly rest: LotShare | undefined;
    readonly mass: Estimate | null;
    readonly feed: Estimate | null;
  },
): AnalyteFigures {
  const { share, feedShare, rest, mass, feed } = of;
  const isMeasured = feedShare.value > 0;
  return {
    analyte,
    share,
    feedShare,
    recovery:
      mass === null || feed === null || !isMeasured
        ? null
        : recoveryOf({ mass, share }, { mass: feed, share: feedShare }),
    enrichment: isMeasured ? enrichmentOf(share, feedShare) : null,
    twoProduct: rest === undefined ? null : (twoProductRecovery(feedShare, share, rest) ?? null),
  };
}

interface OutletMass {
  readonly outlet: number;
  readonly mass: Estimate | null;
}

function targetFigures(
  run: RunState,
  classes: RunClasses,
  { outlet, mass, feed }: OutletMass & { readonly feed: Estimate | null },
): Pick<OutletFigures, 'purity' | 'recovery'> {
  const target = run.outlets.find((planned) => planned.outlet === outlet)!.targetClass;
  const share = correctedOf(classes, target, outlet);
  const purity = share === null ? null : purityOf(share, WHOLE);
  return { purity, recovery: classRecovery(classes, target, { outlet, mass, feed }) };
}

const WHOLE: Estimate = { value: 1, deviation: 0 };

const correctedOf = (classes: RunClasses, name: string, outlet?: number): Estimate | null => {
  const of = outlet === undefined ? classes.whole : classes.byOutlet.get(outlet);
  return of?.shares.find((one) => one.class === name)?.corrected ?? null;
};

function classRecovery(
  classes: RunClasses,
  name: string,
  { outlet, mass, feed }: OutletMass & { readonly feed: Estimate | null },
): Estimate | null {
  const share = correctedOf(classes, name, outlet);
  const feedShare = correctedOf(classes, name);
  if (share === null || feedShare === null || mass === null || feed === null) return null;
  if (feedShare.value <= 0) return null;
  return recoveryOf({ mass, share }, { mass: feed, share: feedShare });
}

function lossesOf(
  run: RunState,
  classes: RunClasses,
  { feed, masses }: { readonly feed: Estimate | null; readonly masses: readonly OutletMass[] },
): RunFigures['losses'] {
  const products = new Set(
    run.outlets.filter(({ role = 'product' }) => role === 'product').map(({ outlet }) => outlet),
  );
  const targets = run.outlets
    .filter(({ outlet }) => products.has(outlet))
    .map(({ targetClass }) => targetClass);
  return [...new Set(targets)].sort(byText).flatMap((name) => {
    const of = masses.filter(({ outlet }) => products.has(outlet) && isTarget(run, outlet, name));
    const recoveries = of.map((one) => classRecovery(classes, name, { ...one, feed }));
    if (recoveries.length === 0 || recoveries.some((one) => one === null)) return [];
    return [{ class: name, lost: lossOfTarget(recoveries as Estimate[]) }];
  });
}

const isTarget = ({ outlets }: RunState, outlet: number, name: string): boolean =>
  outlets.some((one) => one.outlet === outlet && one.targetClass === name);
