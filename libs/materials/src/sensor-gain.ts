import { type Estimate, rootSumSquare } from './estimate.js';

/**
 * What assays tell of a sensor that read the same lots. Three things make its readings differ from
 * assays in one way in every lot: its gain, a sorter that errs as it may, and what the calibration
 * and readings below detection leave open. How much each of the last two does is known for every
 * lot, so all three are told apart as far as lots differ in it, and no further.
 */

/** A lot that was both read and assayed. Shares in ppm. */
export interface AnchorPair {
  /** What the sensor read, without any gain correction; its deviation is what chance makes of it. */
  readonly read: Estimate;
  readonly assay: Estimate;
  /** What a sorter that errs as it may does to the share, one standard uncertainty, signed. Absent = 0. */
  readonly placed?: number;
  /** What the calibration and readings below detection leave open. Absent = 0. */
  readonly offset?: number;
}

/** What one pair says of a sensor's gain, as a share: what it reads too much is `value`. */
export interface GainSaid extends Estimate {
  readonly placed: number;
  readonly offset: number;
}

/** All that pairs have said, each by the inverse of what chance makes of it, squared. Sums merge. */
export interface GainSums {
  /** Of 1, `placed` and `offset` by one another: 11, 1p, pp, 1o, po, oo. */
  readonly squares: readonly [number, number, number, number, number, number];
  /** Of `value` by 1, `placed` and `offset`. */
  readonly said: readonly [number, number, number];
}

export const NOTHING_SAID: GainSums = { squares: [0, 0, 0, 0, 0, 0], said: [0, 0, 0] };

export interface Gain {
  readonly gainPpm: number;
  readonly gainUncertaintyPpm: number;
}

const PPM = 1_000_000;
const { max, sqrt } = Math;

/** Null: a lot in which nothing was found tells of no gain, and without uncertainty none is told. */
export function saidBy({ read, assay, placed = 0, offset = 0 }: AnchorPair): GainSaid | null {
  if (read.value <= 0 || assay.value <= 0) return null;
  const ratio = read.value / assay.value;
  const relative = rootSumSquare(read.deviation / read.value, assay.deviation / assay.value);
  if (relative === 0) return null;
  return {
    value: ratio - 1,
    deviation: ratio * relative,
    placed: placed / assay.value,
    offset: offset / assay.value,
  };
}

export function addSaid(sums: GainSums, { value, deviation, placed, offset }: GainSaid): GainSums {
  const weight = 1 / (deviation * deviation);
  const [one, byPlaced, byOffset] = [weight, weight * placed, weight * offset];
  const more = [one, byPlaced, byPlaced * placed, byOffset, byOffset * placed, byOffset * offset];
  const [a, b, c, d, e, f] = sums.squares.map((sum, at) => sum + more[at]!);
  const [p, q, r] = sums.said;
  return {
    squares: [a!, b!, c!, d!, e!, f!],
    said: [p + one * value, q + byPlaced * value, r + byOffset * value],
  };
}

type Three = readonly [number, number, number];

/**
 * The three by all that was said, each N(0, 1) before it, the gain in units of its prior: the lower
 * triangle of Cholesky's factor of the inverse covariance, and what was said through it.
 */
interface Known {
  readonly prior: number;
  readonly through: (of: Three) => Three;
  readonly said: Three;
}

function knownBy({ squares, said }: GainSums, priorUncertaintyPpm: number): Known {
  const prior = priorUncertaintyPpm / PPM;
  const [oo, op, pp, of, pf, ff] = squares;
  const l00 = sqrt(1 + prior * prior * oo);
  const l10 = (prior * op) / l00;
  const l11 = sqrt(1 + pp - l10 * l10);
  const l20 = (prior * of) / l00;
  const l21 = (pf - l20 * l10) / l11;
  const l22 = sqrt(1 + ff - l20 * l20 - l21 * l21);
  const through = ([x, y, z]: Three): Three => {
    const first = x / l00;
    const second = (y - l10 * first) / l11;
    return [first, second, (z - l20 * first - l21 * second) / l22];
  };
  return { prior, through, said: through([prior * said[0], said[1], said[2]]) };
}

const product = (a: Three, b: Three): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/**
 * Gain of a sensor by what pairs have said, before which it is N(0, `priorUncertaintyPpm`²). The more
 * pairs, the smaller the bias that every later lot carries; but it is never taken to be known better
 * than what its lots have in common beside it, for a sorter errs not quite alike with every lot.
 */
export function gainOf(sums: GainSums, priorUncertaintyPpm: number): Gain {
  const [weight, , placed, , , offset] = sums.squares;
  if (weight === 0) return { gainPpm: 0, gainUncertaintyPpm: priorUncertaintyPpm };
  const { prior, through, said } = knownBy(sums, priorUncertaintyPpm);
  const own = through([1, 0, 0]);
  const common = (placed + offset) / weight;
  const least = sqrt(common / (prior * prior + common));
  return {
    gainPpm: product(own, said) * prior * PPM,
    gainUncertaintyPpm: max(least, sqrt(product(own, own))) * prior * PPM,
  };
}

/**
 * What a pair says beyond all that was said so far, in standard uncertainties of that difference: a
 * gain that stays makes none, and neither does what all lots have in common.
 */
export function surpriseOf(sums: GainSums, said: GainSaid, priorUncertaintyPpm: number): number {
  const known = knownBy(sums, priorUncertaintyPpm);
  const by = known.through([known.prior, said.placed, said.offset]);
  const expected = product(by, known.said);
  return (said.value - expected) / sqrt(said.deviation * said.deviation + product(by, by));
}

/** Gain by some pairs, the order of which makes no difference. */
export function gainFromAssays(pairs: readonly AnchorPair[], priorUncertaintyPpm: number): Gain {
  const said = pairs.map(saidBy).filter((one) => one !== null);
  return gainOf(said.reduce(addSaid, NOTHING_SAID), priorUncertaintyPpm);
}
