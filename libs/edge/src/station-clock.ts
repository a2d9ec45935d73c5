/** A step back of at most this is bridged; a larger one corrects a clock that was wrong. */
const BRIDGED_MS = 300_000;

/**
 * Times for events: within a step back of a few minutes they stand still instead of going back, so
 * that what came later never seems to be earlier.
 */
export class StationClock {
  #newestMs = 0;

  constructor(private readonly now: () => number) {}

  nowSeconds(): number {
    return Math.floor(this.now() / 1_000);
  }

  /** RFC 3339 UTC with milliseconds. */
  time(): string {
    const nowMs = Math.floor(this.now());
    const stepBack = this.#newestMs - nowMs;
    if (stepBack <= 0 || stepBack > BRIDGED_MS) this.#newestMs = nowMs;
    return new Date(this.#newestMs).toISOString();
  }
}
