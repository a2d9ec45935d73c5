import { exactLog } from '#materials';

/** Taken once: a global is slow to find where modules run in a context of their own. */
const { imul, sqrt } = Math;

/**
 * Seeded draws from exact operations alone (Mulberry32, Marsaglia's polar method): the committed
 * reports come out byte for byte the same on every machine.
 */
export class Random {
  #state: number;
  #spare: number | undefined;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Evenly in [0, 1). */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.unit() - 1;
      const y = 2 * this.unit() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = sqrt((-2 * exactLog(square)) / square);
      this.#spare = y * scale;
      return x * scale;
    }
  }
}
