import type { ReadingColumn } from './frame-readings.js';

/** Places of a frame: its outlets. */
const PLACES = 64;
const PIECES_MAX = 256;
/** Members of `ContentSums`, in their order. */
export const CONTENT_MEMBERS = 8;
/** Up to here a sum in doubles is exact: no term and no part of it was rounded. */
export const EXACT_MAX = Number.MAX_SAFE_INTEGER;

/** mg·ppm in a unit of content, as in `content-sums.ts`. */
const MG_PPM_PER_UNIT = 10_000;

const { floor } = Math;

/**
 * The content sums of a frame's columns by place, one pass a column and nothing allocated: what
 * `addContents` gives for each place as long as all of a place's sums are at most `EXACT_MAX`. Above
 * that they are not exact and MUST NOT be used. One frame at a time; the room is used again.
 */
export class FrameContents {
  /** Places that pieces went to, in order of first touch; the first `places` of them count. */
  readonly touched = new Int32Array(PLACES);
  places = 0;
  /** Sums of the column added last: at `place * 8` the members of `ContentSums`. */
  readonly sums = new Float64Array(PLACES * CONTENT_MEMBERS);
  /** Least content of a reading, mg·ppm, that is to be told of, by place; above 0. */
  readonly least = new Float64Array(PLACES);

  readonly #masses = new Float64Array(PIECES_MAX);
  /** Pieces, mass and Σm² by place, as if every piece had a reading. */
  readonly #base = new Float64Array(PLACES * 3);
  readonly #seen = new Uint8Array(PLACES);
  #length = 0;
  #place: ArrayLike<number> = [];

  /** Begins a frame. False: its masses alone are beyond what doubles hold. */
  begin(massMg: ReadingColumn, place: ArrayLike<number>): boolean {
    const masses = this.#masses;
    const base = this.#base;
    const seen = this.#seen;
    const length = massMg.length;
    this.#length = length;
    this.#place = place;
    let places = 0;
    let squares = 0;
    for (let piece = 0; piece < length; piece++) {
      const at = place[piece]!;
      if (seen[at] === 0) {
        seen[at] = 1;
        this.touched[places++] = at;
        base[at * 3] = 0;
        base[at * 3 + 1] = 0;
        base[at * 3 + 2] = 0;
      }
      const m = massMg[piece] ?? 0;
      masses[piece] = m;
      if (m === 0) continue;
      base[at * 3]! += 1;
      base[at * 3 + 1]! += m;
      base[at * 3 + 2]! += m * m;
      squares += m * m;
    }
    for (let at = 0; at < places; at++) seen[this.touched[at]!] = 0;
    this.places = places;
    return squares <= EXACT_MAX;
  }

  /**
   * Adds up a column of the frame into `sums`. True: some piece holds as much as `least` of its
   * place. Readings MUST be integers from -1,000,000 to 1,000,000.
   */
  addColumn(ppm: ReadingColumn): boolean {
    this.#startColumn();
    const sums = this.sums;
    const least = this.least;
    const masses = this.#masses;
    const place = this.#place;
    const length = this.#length;
    let isRich = false;
    for (let piece = 0; piece < length; piece++) {
      const m = masses[piece]!;
      const cell = ppm[piece];
      const to = place[piece]!;
      const at = to * CONTENT_MEMBERS;
      let content: number;
      if (cell === null || cell === undefined) {
        if (m === 0) continue;
        sums[at]! -= 1;
        sums[at + 1]! -= m;
        sums[at + 2]! -= m * m;
        continue;
      } else if (cell < 0) {
        sums[at + 4]! -= m * cell;
        sums[at + 5]! += m;
        // Below detection counts as half the limit.
        content = m * (-cell >> 1);
      } else {
        content = m * cell;
        sums[at + 3]! += content;
        if (content >= least[to]!) isRich = true;
      }
      const e = floor(content / MG_PPM_PER_UNIT);
      sums[at + 6]! += e * e;
      sums[at + 7]! += m * e;
    }
    return isRich;
  }

  #startColumn(): void {
    const { sums, touched, places } = this;
    const base = this.#base;
    for (let index = 0; index < places; index++) {
      const place = touched[index]!;
      const at = place * CONTENT_MEMBERS;
      sums[at] = base[place * 3]!;
      sums[at + 1] = base[place * 3 + 1]!;
      sums[at + 2] = base[place * 3 + 2]!;
      sums[at + 3] = 0;
      sums[at + 4] = 0;
      sums[at + 5] = 0;
      sums[at + 6] = 0;
      sums[at + 7] = 0;
    }
  }
}
