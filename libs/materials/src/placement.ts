import type { ContentSums } from './content-sums.js';

/**
 * Pieces are read where they were meant to go, and some end elsewhere. What that does to the share
 * of an analyte in the lot behind an outlet has two parts: that a sorter errs as much as it does
 * moves every lot of its the same way, and which pieces went astray is chance.
 */
export interface Placement {
  /** Content that the lot may have more of than was read, one standard uncertainty: 10 µg, signed. */
  readonly shift: bigint;
  /** Variance of the content by chance, squares of 10 µg. */
  readonly variance: bigint;
}

export const PLACED: Placement = { shift: 0n, variance: 0n };

/** How much of what a sorter means to go somewhere goes elsewhere, standard. */
export interface SorterErrors {
  /** Of the smaller of outlet and rest. */
  readonly missedPpm: number;
  /** Of the larger. */
  readonly strayPpm: number;
}

const PPM = 1_000_000n;
/** mg·ppm in a unit of content. */
const UNIT = 10_000n;

/**
 * Of the sums of an outlet and of all other outlets of its run. Exact up to one unit: whole numbers,
 * so that every ledger and every auditor has the same.
 */
export function placementOf(
  own: ContentSums,
  others: ContentSums,
  { missedPpm, strayPpm }: SorterErrors,
): Placement {
  if (own.massMg === 0n || others.massMg === 0n) return PLACED;
  const isFew = own.massMg < others.massMg;
  const [few, many] = isFew ? [own, others] : [others, own];
  const [missed, stray] = [BigInt(missedPpm), BigInt(strayPpm)];
  const astray = (few.massMg * missed + many.massMg * stray) / PPM;
  const [content, foreign] = [contentOf(own), contentOf(others)];
  const shift = (astray * foreign) / others.massMg - (astray * content) / own.massMg;
  const [leave, enter] = isFew ? [missed, stray] : [stray, missed];
  const variance = chance(leave, scatter(own, own)) + chance(enter, scatter(others, own));
  return { shift, variance };
}

/** Variance of a count of which each piece comes with one chance, its weights' squares summed up. */
const chance = (ppm: bigint, squares: bigint): bigint =>
  (squares * ppm * (PPM - ppm)) / (PPM * PPM);

/** Below detection counts as half the limit. */
const contentOf = ({ contentMgPpm, censoredMgPpm }: ContentSums): bigint =>
  (contentMgPpm + censoredMgPpm / 2n) / UNIT;

/** Σ m² (w − mean)² over the pieces of `sums`, the mean being that of `about`. */
function scatter(sums: ContentSums, about: ContentSums): bigint {
  const content = contentOf(about);
  const mass = about.massMg;
  const squares =
    sums.contentSquares -
    (2n * content * sums.massContents) / mass +
    (content * content * sums.massSquares) / (mass * mass);
  // Only because contents are rounded down.
  return squares > 0n ? squares : 0n;
}

export const placementToText = ({ shift, variance }: Placement): string => `${shift} ${variance}`;

const TEXT = /^(-?[0-9]{1,60}) (-?[0-9]{1,80})$/;

/** Throws a RangeError where it is not what `placementToText` writes. */
export function placementFromText(text: string): Placement {
  const [, shift, variance] = TEXT.exec(text) ?? [];
  if (shift === undefined || variance === undefined) {
    throw new RangeError(`placement: "${text}" is not two whole numbers`);
  }
  return { shift: BigInt(shift), variance: BigInt(variance) };
}

/** Both of a lot that two runs filled: shifts are of one sorter and add up, chances are apart. */
export const addPlacement = (a: Placement, b: Placement): Placement => ({
  shift: a.shift + b.shift,
  variance: a.variance + b.variance,
});

/** Takes `less`, which was added before, out of `from`. */
export const takePlacement = (from: Placement, less: Placement): Placement => ({
  shift: from.shift - less.shift,
  variance: from.variance - less.variance,
});
