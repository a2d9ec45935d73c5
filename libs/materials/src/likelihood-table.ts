import type { ElementShare } from './books/steel-classes.js';
import type { ReadingNoise } from './books/sensor-models.js';
import { exactExp, exactLog, normalCdf } from './exact-math.js';

/**
 * ln P(reading | class) of one element on a grid of readings, all classes of a grid point side by
 * side. The grid has 32 points an octave, so that the place of a reading follows from its bits and
 * no logarithm is taken per piece.
 */
export interface LikelihoodTable {
  /** [grid point × classes + class]: ln density of the reading. */
  readonly density: Float64Array;
  /** The same for ln P(reading below the grid point's value). */
  readonly below: Float64Array;
  /** By class: the largest `density` of the column. */
  readonly peak: Float64Array;
}

const { clz32, max, min, sqrt } = Math;

const POINTS_PER_OCTAVE = 32;
const FIRST_OCTAVE_BIT = 5;
/** Readings to 2^20 - 1 ppm, and one point to interpolate towards. */
export const GRID_POINTS = POINTS_PER_OCTAVE * 16 + 1;

/** Instead of ln 0. Low enough to exclude a class, high enough to keep sums finite. */
const LOG_FLOOR = -700;

/** Grid point at or below a reading of 0 to 1,048,575. */
export function gridPoint(reading: number): number {
  if (reading < POINTS_PER_OCTAVE) return reading;
  const shift = 31 - clz32(reading) - FIRST_OCTAVE_BIT;
  return POINTS_PER_OCTAVE * shift + (reading >> shift);
}

/** The reading at a grid point. */
export function gridReading(point: number): number {
  if (point < POINTS_PER_OCTAVE) return point;
  const shift = (point >> FIRST_OCTAVE_BIT) - 1;
  return (POINTS_PER_OCTAVE + (point & (POINTS_PER_OCTAVE - 1))) << shift;
}

/** True shares of a class as a weighted sum of points. */
interface Quadrature {
  readonly shares: Float64Array;
  readonly deviations: Float64Array;
  readonly weights: Float64Array;
}

const QUADRATURE_HALF_WIDTH = 6;

function quadrature(share: ElementShare, noise: ReadingNoise, perDeviation: number): Quadrature {
  const shares: number[] = [];
  const weights: number[] = [];
  const isLog = share.distribution === 'log-normal';
  const spread = isLog ? share.spread / 1_000 : share.spread;
  const centre = isLog ? exactLog(share.meanPpm) - (spread * spread) / 2 : share.meanPpm;
  let total = 0;
  for (let k = -QUADRATURE_HALF_WIDTH * perDeviation; k <= QUADRATURE_HALF_WIDTH * perDeviation;) {
    const z = k++ / perDeviation;
    const value = isLog ? exactExp(centre + spread * z) : centre + spread * z;
    if (value < 0 || value > 1_000_000) continue;
    const weight = exactExp((-z * z) / 2);
    shares.push(value);
    weights.push(weight);
    total += weight;
  }
  return {
    shares: Float64Array.from(shares),
    deviations: Float64Array.from(shares, (value) => deviationOf(value, noise)),
    weights: Float64Array.from(weights, (weight) => weight / total),
  };
}

/** Standard deviation of a reading of a true share, ppm. */
export function deviationOf(sharePpm: number, noise: ReadingNoise): number {
  const relative = (sharePpm * noise.relativePpm) / 1_000_000;
  return sqrt(noise.absolutePpm * noise.absolutePpm + relative * relative);
}

/** Deviations beyond which a point of the quadrature adds nothing (e^-200). */
const FAR = 20;

const SQRT_TWO_PI = 2.5066282746310002;

function logDensity(reading: number, { shares, deviations, weights }: Quadrature): number {
  let sum = 0;
  for (let k = 0; k < shares.length; k++) {
    const deviation = deviations[k]!;
    const z = (reading - shares[k]!) / deviation;
    if (z > FAR || z < -FAR) continue;
    sum += (weights[k]! * exactExp((-z * z) / 2)) / (SQRT_TWO_PI * deviation);
  }
  return sum > 0 ? max(LOG_FLOOR, exactLog(sum)) : LOG_FLOOR;
}

function logBelow(limit: number, { shares, deviations, weights }: Quadrature): number {
  let sum = 0;
  for (let k = 0; k < shares.length; k++) {
    const z = (limit - shares[k]!) / deviations[k]!;
    if (z > 7) sum += weights[k]!;
    else if (z > -FAR) sum += weights[k]! * normalCdf(z);
  }
  return sum > 0 ? min(0, max(LOG_FLOOR, exactLog(sum))) : LOG_FLOOR;
}

/** Points of the true share per standard deviation of its distribution. */
const DENSITY_STEPS = 24;
/** A distribution function is smoother than a density. */
const BELOW_STEPS = 10;

/** Makes the table of one element; `shares` are in the order of the model's classes. */
export function likelihoodTable(
  shares: readonly ElementShare[],
  noise: ReadingNoise,
): LikelihoodTable {
  const classes = shares.length;
  const density = new Float64Array(GRID_POINTS * classes);
  const below = new Float64Array(GRID_POINTS * classes);
  const peak = new Float64Array(classes).fill(LOG_FLOOR);
  shares.forEach((share, index) => {
    const same = shares.indexOf(share);
    if (same < index) {
      // Traces are the same in many classes of a book: one column serves them all.
      for (let at = 0; at < density.length; at += classes) {
        density[at + index] = density[at + same]!;
        below[at + index] = below[at + same]!;
      }
      peak[index] = peak[same]!;
      return;
    }
    const forDensity = quadrature(share, noise, DENSITY_STEPS);
    const forBelow = quadrature(share, noise, BELOW_STEPS);
    for (let point = 0; point < GRID_POINTS; point++) {
      const reading = gridReading(point);
      const value = logDensity(reading, forDensity);
      density[point * classes + index] = value;
      below[point * classes + index] = logBelow(reading, forBelow);
      if (value > peak[index]!) peak[index] = value;
    }
  });
  return { density, below, peak };
}
