import type { DataOf } from '#contracts';
import { hazardNamed } from '#materials';
import type { Folding } from './folding.js';
import type { Part } from './frame-parts.js';
import { bookParts } from './frames.js';
import type { RunState } from './model.js';
import { noteLate, runNamed } from './run-states.js';

type Window = DataOf<'fractionsObserved'>;
type Rows = Extract<Window['observed'], { basis: 'mass-share' }>['classes'];

const PPM = 1_000_000;
const UNRESOLVED = 'unresolved';
/** Above ten times itself a mass is not known at all. */
const UNCERTAINTY_MAX_PPM = 10 * PPM;

/**
 * `fractions.observed`: what a sorter without piece data saw goes to book E as pieces do. Returns its
 * run; null: it was not booked, for it says nothing of an outlet, or shares of a mass nobody knows.
 */
export function observedWindow(folding: Folding, window: Window): RunState | null {
  const parts = windowParts(window);
  if (parts.length === 0) return null;
  const run = runNamed(folding, window.runId);
  if (run.status === 'balanced') noteLate(folding, run);
  for (const { pieces = 1 } of parts) folding.counts.pieces += pieces;
  bookParts(folding, run, parts);
  return run;
}

/** A mass by classes, whole mg: what no class was found for, and what rounding leaves, is unresolved. */
export function windowParts({ outlet, observed }: Window): Part[] {
  if (outlet === undefined) return [];
  if (observed.basis === 'count') {
    return observed.classes
      .filter(({ count }) => count > 0)
      .map(({ class: name, count: pieces }) => ({
        outlet,
        class: classOf(name),
        massMg: null,
        massUncertaintyPpm: 0,
        pieces,
      }));
  }
  const { massMg, uncertaintyMg, classes } = observed;
  if (massMg === null || massMg === 0) return [];
  const ofMass = uncertaintyMg / massMg;
  const parts = classes.map((row) => ({
    outlet,
    class: classOf(row.class),
    massMg: Number((BigInt(massMg) * BigInt(row.ppm)) / BigInt(PPM)),
    massUncertaintyPpm: uncertaintyPpm(ofMass, row),
    pieces: 0,
  }));
  const restMg = parts.reduce((rest, part) => rest - part.massMg, massMg);
  const rest = { ppm: PPM, uncertaintyPpm: 0 };
  return [
    ...parts,
    {
      outlet,
      class: UNRESOLVED,
      massMg: restMg,
      massUncertaintyPpm: uncertaintyPpm(ofMass, rest),
      pieces: 0,
    },
  ].filter((part) => part.massMg > 0);
}

/** A word for a hazard is that hazard, whoever sees it. */
const classOf = (name: string): string => hazardNamed(name)?.hazard ?? name;

function uncertaintyPpm(
  ofMass: number,
  { ppm, uncertaintyPpm: ofShare }: Pick<Rows[number], 'ppm' | 'uncertaintyPpm'>,
): number {
  const share = ppm === 0 ? 0 : ofShare / ppm;
  const relative = Math.sqrt(ofMass * ofMass + share * share);
  return Math.min(UNCERTAINTY_MAX_PPM, Math.floor(relative * PPM + 0.5));
}
