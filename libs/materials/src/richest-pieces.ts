import { EXACT_MAX } from './frame-contents.js';

/** A piece and what it holds of an analyte; named as everywhere by (source, boot, seq, index). */
export interface RichPiece {
  readonly source: string;
  readonly boot: number;
  readonly seq: number;
  readonly index: number;
  readonly massMg: number;
  readonly ppm: number;
}

/** Pieces that a lot remembers by name for one analyte. */
export const RICHEST_MAX = 16;

const contentOf = ({ massMg, ppm }: RichPiece): bigint => BigInt(massMg) * BigInt(ppm);

function byContent(a: RichPiece, b: RichPiece): number {
  const [ofA, ofB] = [a.massMg * a.ppm, b.massMg * b.ppm];
  if (ofA <= EXACT_MAX && ofB <= EXACT_MAX) {
    if (ofA !== ofB) return ofB - ofA;
  } else {
    const difference = contentOf(b) - contentOf(a);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  if (a.source !== b.source) return a.source < b.source ? -1 : 1;
  return a.boot - b.boot || a.seq - b.seq || a.index - b.index;
}

const isSame = (a: RichPiece, b: RichPiece | undefined): boolean =>
  b !== undefined &&
  a.source === b.source &&
  a.boot === b.boot &&
  a.seq === b.seq &&
  a.index === b.index;

/**
 * The richest of both lists, richest first, a piece once. A total order decides, so merging is
 * associative, commutative and idempotent.
 */
export function mergeRichest<Piece extends RichPiece>(
  a: readonly Piece[],
  b: readonly Piece[],
): Piece[] {
  const sorted = [...a, ...b].sort(byContent);
  return sorted.filter((piece, at) => !isSame(piece, sorted[at - 1])).slice(0, RICHEST_MAX);
}

/** What a piece must hold, mg·ppm, to be among the richest; anything as long as they are few. */
export function leastContent(richest: readonly RichPiece[]): number {
  const last = richest.length < RICHEST_MAX ? undefined : richest[RICHEST_MAX - 1];
  return last === undefined ? Number.MIN_VALUE : last.massMg * last.ppm;
}

/** Where a frame comes from, and the columns of one analyte in it. */
export interface RichFrame {
  readonly source: string;
  readonly boot: number;
  readonly seq: number;
  readonly massMg: readonly (number | null)[];
  readonly ppm: readonly (number | null)[];
  /** Place of each piece, with the one that is meant. */
  readonly place?: ArrayLike<number>;
  readonly only?: number;
}

/**
 * Pieces of a frame that hold at least so much, mg·ppm. Most frames have none that is rich enough,
 * and cost one comparison a piece.
 */
export function richIn(frame: RichFrame, least: number): RichPiece[] {
  const { source, boot, seq, place, only } = frame;
  const found: RichPiece[] = [];
  for (let index = 0; index < frame.massMg.length; index++) {
    if (place !== undefined && place[index] !== only) continue;
    const massMg = frame.massMg[index];
    const ppm = frame.ppm[index];
    if (!massMg || !ppm || ppm < 0 || massMg * ppm < least) continue;
    found.push({ source, boot, seq, index, massMg, ppm });
  }
  return found;
}
