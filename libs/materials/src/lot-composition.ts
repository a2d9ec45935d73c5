import type { ReadingNoise } from './books/sensor-models.js';
import type { ContentSums } from './content-sums.js';
import { type Estimate, combine, rootSumSquare } from './estimate.js';
import { exactExp } from './exact-math.js';
import { type Placement, PLACED } from './placement.js';

const { sqrt } = Math;

/** What is known of a sensor beside its readings, for one analyte. */
export interface SensorKnowledge {
  readonly noise: ReadingNoise;
  /** Additive bias and its standard uncertainty as the calibration states them, ppm. */
  readonly biasPpm: number;
  readonly biasUncertaintyPpm: number;
  /**
   * What a reading is too large by, as a share of it, with its standard uncertainty: 0 and the sensor
   * model's figure before any assay, `gainFromAssays` after.
   */
  readonly gainPpm: number;
  readonly gainUncertaintyPpm: number;
  /** Standard uncertainty of one piece's mass, as a share of it. */
  readonly massUncertaintyPpm: number;
}

/** A figure from outside the frames: a laboratory's, a bulk analyser's, a sorter's fractions. */
export interface Assay {
  readonly ppm: number;
  readonly uncertaintyPpm: number;
}

export interface CompositionEvidence {
  /** Mass of the lot as weighed; what was not scanned is inferred from what was. */
  readonly lotMassMg: bigint;
  /** By calibration: its sums over all classes, and what is known of it. */
  readonly scans: readonly { readonly sums: ContentSums; readonly sensor: SensorKnowledge }[];
  readonly assays: readonly Assay[];
  /** How well it is known which pieces the lot has. Absent = it is. */
  readonly placement?: Placement;
}

/** What a share rests on where neither a reading nor an assay says it: the weaker evidences. */
export type IndirectBasis = 'classes';

/** Share of one analyte in a lot. Parts of the uncertainty are independent; together: `deviation`. */
export interface LotShare extends Estimate {
  readonly parts: {
    /** Pieces that nobody scanned differ from those that were. */
    readonly sampling: number;
    /** Averages out with the number of pieces. */
    readonly noise: number;
    /** Some pieces that were read went elsewhere, and others came. */
    readonly placement: number;
    /** Does not average out; only an assay makes it smaller. */
    readonly bias: number;
    /** What the assays themselves leave open. */
    readonly assay: number;
  };
  readonly pieces: bigint;
  /** What of the value readings below detection count for: it may be nothing. */
  readonly censored: number;
  /** Absent: readings of it and assays of it. */
  readonly basis?: IndirectBasis;
}

interface Scan extends Estimate {
  readonly censored: number;
  readonly sampling: number;
  readonly placement: number;
  readonly noise: number;
  readonly bias: number;
}

const PPM = 1_000_000;
/** From content units (10 µg) to mg·ppm. */
const UNIT = 10_000;

/** Undefined: nothing was measured. */
export function lotShare(evidence: CompositionEvidence): LotShare | undefined {
  const scans = evidence.scans.filter(({ sums }) => sums.pieces > 0n);
  const scanned = scans.reduce((total, { sums }) => total + sums.massMg, 0n);
  const scan = scanned === 0n ? undefined : mergeScans(evidence, scanned, scans);
  const assays = evidence.assays.map(({ ppm, uncertaintyPpm }) => ({
    value: ppm,
    deviation: uncertaintyPpm,
  }));
  const pieces = scans.reduce((total, { sums }) => total + sums.pieces, 0n);
  const all = scan === undefined ? assays : [scan, ...assays];
  if (all.length === 0) return undefined;
  const { value, deviation, weights } = combine(all);
  const weight = scan === undefined ? 0 : weights[0]!;
  const ofAssays = weights
    .slice(scan === undefined ? 0 : 1)
    .map((one, at) => one * assays[at]!.deviation);
  return {
    value,
    deviation,
    parts: {
      sampling: weight * (scan?.sampling ?? 0),
      noise: weight * (scan?.noise ?? 0),
      placement: weight * (scan?.placement ?? 0),
      bias: weight * (scan?.bias ?? 0),
      assay: rootSumSquare(...ofAssays),
    },
    pieces,
    censored: weight * (scan?.censored ?? 0),
  };
}

/** Scans of several calibrations by scanned mass; biases of different calibrations are independent. */
function mergeScans(
  { lotMassMg, placement: { shift, variance } = PLACED }: CompositionEvidence,
  scannedMg: bigint,
  scans: CompositionEvidence['scans'],
): Scan {
  const share = Number(scannedMg) / Number(lotMassMg > scannedMg ? lotMassMg : scannedMg);
  let value = 0;
  let censored = 0;
  const parts = scans.map(({ sums, sensor }) => {
    const weight = Number(sums.massMg) / Number(scannedMg);
    const scan = scanOf(sums, sensor, 1 - share);
    value += weight * scan.value;
    censored += weight * scan.censored;
    return { weight, scan };
  });
  const sum = (part: 'sampling' | 'noise' | 'bias'): number =>
    rootSumSquare(...parts.map(({ weight, scan }) => weight * scan[part]));
  const [sampling, noise, bias] = [sum('sampling'), sum('noise'), sum('bias')];
  const ofPlaces = sqrt(Number(shift) ** 2 + Number(variance)) * UNIT;
  const placement = ofPlaces / Number(scannedMg);
  const deviation = rootSumSquare(sampling, noise, placement, bias);
  return { value, deviation, sampling, noise, placement, bias, censored };
}

/** `unseen`: share of the lot's mass that was not scanned. */
function scanOf(
  sums: ContentSums,
  sensor: SensorKnowledge,
  unseen: number,
): Omit<Scan, 'placement' | 'deviation'> {
  const mass = Number(sums.massMg);
  const censored = Number(sums.censoredMgPpm) / 2;
  const read = (Number(sums.contentMgPpm) + censored) / mass;
  const gain = 1 + sensor.gainPpm / PPM;
  const value = (read - sensor.biasPpm) / gain;
  const massSquares = Number(sums.massSquares);
  const contentSquares = Number(sums.contentSquares) * UNIT * UNIT;
  // Σ m² (w − mean)², which must not be negative only because doubles cancel.
  const spread = contentSquares - 2 * read * Number(sums.massContents) * UNIT;
  const around = Math.max(0, spread + read * read * massSquares);
  const pieces = Number(sums.pieces);
  const scatter = (pieces > 1 ? pieces / (pieces - 1) : 1) * (around / (mass * mass));
  const relative = sensor.noise.relativePpm / PPM;
  const ofReading =
    (sensor.noise.absolutePpm ** 2 * massSquares + relative * relative * contentSquares) /
    (mass * mass);
  const ofMass = (sensor.massUncertaintyPpm / PPM) ** 2 * scatter;
  const ofPieces = unseen * Math.max(0, scatter - ofReading);
  const sampling = sqrt(ofPieces * fewPieces((read * mass) ** 2, contentSquares)) / gain;
  const noise = sqrt(ofReading + ofMass) / gain;
  const above = Number(sums.contentMgPpm) === 0 ? 0 : 1 - Number(sums.censoredMassMg) / mass;
  const bias = rootSumSquare(
    sensor.biasUncertaintyPpm * above,
    (value * sensor.gainUncertaintyPpm) / PPM,
    // Anywhere between nothing and the limit: an even spread of that width.
    censored / mass / sqrt(3),
  );
  return { value, sampling, noise, bias, censored: censored / mass / gain };
}

/**
 * What a variance is multiplied by because few pieces tell it. By content there are effectively
 * (Σe)² / Σe² pieces; skewed as they are, their scatter is known as if from a quarter of them, and
 * Student's distribution then asks for (z² + 1) / 2ν more.
 */
function fewPieces(contentSquared: number, contentSquares: number): number {
  if (contentSquares === 0) return 1;
  const freedom = contentSquared / contentSquares / 4;
  return 1 + (TWO_SIDED_95 * TWO_SIDED_95 + 1) / (2 * freedom);
}

/** Two-sided 95 % and one-sided 95 % points of the normal distribution. */
export const TWO_SIDED_95 = 1.959963984540054;
export const ONE_SIDED_95 = 1.6448536269514722;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Ends at `k` deviations on a logarithmic scale: shares are positive and their errors relative, and
 * rare rich pieces make the sampling error skewed to the right. A share at 0 has 0 to k·deviation.
 * A share that is mostly of readings below detection may be nothing at all.
 */
export function intervalOf(
  { value, deviation, censored = 0 }: Estimate & { readonly censored?: number },
  k: number,
): Interval {
  if (deviation === 0) return { low: value, high: value };
  if (value <= 0) return { low: 0, high: Math.max(0, value + k * deviation) };
  const factor = exactExp((k * deviation) / value);
  return { low: censored > value / 2 ? 0 : value / factor, high: value * factor };
}
