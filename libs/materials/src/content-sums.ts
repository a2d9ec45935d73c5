import type { ReadingColumn } from './frame-readings.js';

/**
 * What a lot carries for one (calibration, class, analyte), so that its composition and all parts of
 * the uncertainty follow without the pieces. Integers, and every member a sum over pieces: merging is
 * associative and commutative, and any split into frames gives what one pass gives.
 */
export interface ContentSums {
  /** Pieces with a reading; a piece without one is in no sum. */
  pieces: bigint;
  /** Σ m, mg. */
  massMg: bigint;
  /** Σ m². */
  massSquares: bigint;
  /** Σ m·w of readings above detection, mg·ppm: exact, for the mean. */
  contentMgPpm: bigint;
  /** Σ m·d of readings below detection, d being the limit. */
  censoredMgPpm: bigint;
  /** Σ m of readings below detection. */
  censoredMassMg: bigint;
  /** Σ e² with e the content of a piece in units of 10 µg, rounded down. */
  contentSquares: bigint;
  /** Σ m·e. */
  massContents: bigint;
}

export const emptySums = (): ContentSums => ({
  pieces: 0n,
  massMg: 0n,
  massSquares: 0n,
  contentMgPpm: 0n,
  censoredMgPpm: 0n,
  censoredMassMg: 0n,
  contentSquares: 0n,
  massContents: 0n,
});

const MEMBERS = Object.keys(emptySums()) as readonly (keyof ContentSums)[];

/** Adds `more` to `sums`. */
export function mergeSums(sums: ContentSums, more: ContentSums): void {
  for (const name of MEMBERS) sums[name] += more[name];
}

/** Takes `less`, which was added before, out of `sums`. */
export function subtractSums(sums: ContentSums, less: ContentSums): void {
  for (const name of MEMBERS) sums[name] -= less[name];
}

/** The sums in one text, decimals in their order: they exceed what JSON can hold, and stay short. */
export const sumsToText = (sums: ContentSums): string =>
  MEMBERS.map((name) => sums[name].toString()).join(' ');

const TEXT = /^[0-9]{1,60}(?: [0-9]{1,60}){7}$/;

/** Throws a RangeError where it is not what `sumsToText` writes. */
export function sumsFromText(text: string): ContentSums {
  if (!TEXT.test(text)) throw new RangeError(`content sums: "${text}" are not eight whole numbers`);
  const figures = text.split(' ');
  const sums = emptySums();
  MEMBERS.forEach((name, at) => {
    sums[name] = BigInt(figures[at]!);
  });
  return sums;
}

/** Adds exact sums in doubles, eight from `at` on in the order of the members. */
export function addFigures(sums: ContentSums, figures: ArrayLike<number>, at: number): void {
  MEMBERS.forEach((name, member) => {
    sums[name] += BigInt(figures[at + member]!);
  });
}

/** mg·ppm in a unit of content: 10 µg. */
const MG_PPM_PER_UNIT = 10_000;
/** Two of these, added, are still exact. */
const PRODUCT_MAX = 4_503_599_627_370_496;

/** Columns of one analyte in a frame; `class` and `only` restrict it to one class's pieces. */
export interface ContentColumns {
  readonly massMg: ReadingColumn;
  readonly ppm: ReadingColumn;
  /** Index of each piece's class, with the one that is meant. */
  readonly class?: ArrayLike<number>;
  readonly only?: number;
}

/** Sums of products that stay doubles while they are exact and become bigints before they are not. */
class ProductSum {
  #low = 0;
  #high = 0n;

  add(a: number, b: number): void {
    const product = a * b;
    if (product > PRODUCT_MAX) {
      this.#high += BigInt(a) * BigInt(b);
      return;
    }
    this.#low += product;
    if (this.#low > PRODUCT_MAX) {
      this.#high += BigInt(this.#low);
      this.#low = 0;
    }
  }

  addLarge(a: bigint, b: bigint): void {
    this.#high += a * b;
  }

  get total(): bigint {
    return this.#high + BigInt(this.#low);
  }
}

const { floor } = Math;

/** Adds a frame's pieces to `sums`. Pieces without mass or reading are passed over. */
export function addContents(sums: ContentSums, columns: ContentColumns): void {
  const { massMg, ppm, class: classes, only } = columns;
  let pieces = 0;
  const mass = new ProductSum();
  const massSquares = new ProductSum();
  const content = new ProductSum();
  const censored = new ProductSum();
  const censoredMass = new ProductSum();
  const contentSquares = new ProductSum();
  const massContents = new ProductSum();
  for (let piece = 0; piece < massMg.length; piece++) {
    if (classes !== undefined && classes[piece] !== only) continue;
    const m = massMg[piece];
    const cell = ppm[piece];
    if (m === null || m === undefined || m === 0 || cell === null || cell === undefined) continue;
    pieces++;
    mass.add(m, 1);
    massSquares.add(m, m);
    if (cell < 0) {
      censored.add(m, -cell);
      censoredMass.add(m, 1);
    } else {
      content.add(m, cell);
    }
    // Below detection counts as half the limit.
    const w = cell < 0 ? -cell >> 1 : cell;
    const product = m * w;
    if (product <= PRODUCT_MAX) {
      const e = floor(product / MG_PPM_PER_UNIT);
      contentSquares.add(e, e);
      massContents.add(m, e);
    } else {
      const e = (BigInt(m) * BigInt(w)) / BigInt(MG_PPM_PER_UNIT);
      contentSquares.addLarge(e, e);
      massContents.addLarge(BigInt(m), e);
    }
  }
  sums.pieces += BigInt(pieces);
  sums.massMg += mass.total;
  sums.massSquares += massSquares.total;
  sums.contentMgPpm += content.total;
  sums.censoredMgPpm += censored.total;
  sums.censoredMassMg += censoredMass.total;
  sums.contentSquares += contentSquares.total;
  sums.massContents += massContents.total;
}
