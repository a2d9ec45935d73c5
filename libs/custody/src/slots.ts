import type { SeqRange } from './model.js';

/** Ranges of seqs, ascending and disjoint, kept as short as they can be. */

export const holds = (ranges: readonly SeqRange[], seq: number): boolean =>
  ranges.some(({ first, last }) => first <= seq && seq <= last);

/** Takes a seq out; splits its range when it is inside. False: it was in none. */
export function takeSeq(ranges: SeqRange[], seq: number): boolean {
  const at = ranges.findIndex(({ first, last }) => first <= seq && seq <= last);
  if (at < 0) return false;
  const { first, last } = ranges[at]!;
  const rest: SeqRange[] = [];
  if (first < seq) rest.push({ first, last: seq - 1 });
  if (seq < last) rest.push({ first: seq + 1, last });
  ranges.splice(at, 1, ...rest);
  return true;
}

/** Adds a range that is disjoint from all; joins its neighbours. */
export function addRange(ranges: SeqRange[], range: SeqRange): void {
  const at = ranges.findIndex(({ first }) => first > range.last);
  const place = at < 0 ? ranges.length : at;
  ranges.splice(place, 0, { ...range });
  joinWithNext(ranges, place);
  if (place > 0) joinWithNext(ranges, place - 1);
}

function joinWithNext(ranges: SeqRange[], at: number): void {
  const next = ranges[at + 1];
  if (next === undefined || ranges[at]!.last + 1 !== next.first) return;
  ranges[at]!.last = next.last;
  ranges.splice(at + 1, 1);
}

/** Inserts into an ascending list; MUST NOT be in it. */
export function insertSeq(seqs: number[], seq: number): void {
  seqs.splice(placeOf(seqs, seq), 0, seq);
}

export const includesSeq = (seqs: readonly number[], seq: number): boolean =>
  seqs[placeOf(seqs, seq)] === seq;

/** Index of the first one that is not below `seq`. */
function placeOf(seqs: readonly number[], seq: number): number {
  let low = 0;
  let high = seqs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (seqs[middle]! < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
