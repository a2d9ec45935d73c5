/** Runs and meters that are remembered; the one not heard of for longest is forgotten first. */
const KEPT_MAX = 10_000;

/**
 * Turns cumulative feed readings into growth. Of a run that this process saw begin the first reading
 * counts in full; of any other it is where this process begins, because what was fed before belongs
 * to no rate of this process.
 */
export class FeedReadings {
  private readonly largest = new Map<string, number>();
  private readonly begun = new Map<string, true>();

  constructor(private readonly keptMax = KEPT_MAX) {}

  runStarted(runId: string): void {
    keep(this.begun, runId, true, this.keptMax);
  }

  /**
   * Milligrams that came since the largest reading so far; 0 for a late or a repeated one. `meter`
   * tells readings of a run apart: (source, boot, lot).
   */
  growthMg(runId: string, meter: string, cumulativeMg: number): number {
    const key = `${runId} ${meter}`;
    const before = this.largest.get(key) ?? (this.begun.has(runId) ? 0 : cumulativeMg);
    if (this.largest.has(key) && cumulativeMg <= before) return 0;
    keep(this.largest, key, cumulativeMg, this.keptMax);
    return cumulativeMg - before;
  }
}

/** Sets a key anew, so that it is the last to be forgotten. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value, max: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > max) map.delete(map.keys().next().value!);
}
