/**
 * Turns cumulative feed readings into growth. The first reading of a scale that this process sees
 * is where it begins: what was fed before belongs to no rate of this process.
 */
export class FeedReadings {
  private readonly largest = new Map<string, number>();

  /** Readings are per (source, boot, run, lot); a run is over long before so many others began. */
  constructor(private readonly keptMax = 10_000) {}

  /** Milligrams that came since the largest reading so far; 0 for the first, a late or a repeated one. */
  growthMg(key: string, cumulativeMg: number): number {
    const before = this.largest.get(key);
    if (before !== undefined && cumulativeMg <= before) return 0;
    // Set anew, so that the one not heard of for longest is the first to be forgotten.
    this.largest.delete(key);
    this.largest.set(key, cumulativeMg);
    if (this.largest.size > this.keptMax) {
      this.largest.delete(this.largest.keys().next().value!);
    }
    return before === undefined ? 0 : cumulativeMg - before;
  }
}
