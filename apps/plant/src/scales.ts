import type { Random } from './random.js';

/** A mass as an instrument gives it, with its standard uncertainty (k = 1). */
export interface Reading {
  readonly massMg: number;
  readonly uncertaintyMg: number;
}

/** Maximum permissible error of a class III scale on verification (OIML R 76, table 6). */
function permissibleErrorMg(massMg: number, intervalMg: number): number {
  const intervals = massMg / intervalMg;
  return intervalMg * (intervals <= 500 ? 0.5 : intervals <= 2_000 ? 1 : 1.5);
}

/**
 * One weighing: the error is normal with the stated uncertainty (the permissible error over √3),
 * of which rounding to the interval is a part. `bias` is what it shows too much, as a share; nobody
 * knows of it.
 */
export function weigh(random: Random, loadMg: number, intervalMg: number, bias = 0): Reading {
  const trueMg = loadMg * (1 + bias);
  const uncertainty = permissibleErrorMg(trueMg, intervalMg) / Math.sqrt(3);
  const noise = Math.sqrt(Math.max(0, uncertainty ** 2 - intervalMg ** 2 / 12));
  const shown = Math.round((trueMg + noise * random.normal()) / intervalMg) * intervalMg;
  return { massMg: Math.max(0, shown), uncertaintyMg: Math.round(uncertainty) };
}

/** Root of the sum of squares, in whole mg. */
export const combineMg = (...uncertainties: readonly number[]): number =>
  Math.round(Math.hypot(...uncertainties));
