/**
 * How long records wait in one partition. What waits was appended after the last record that was
 * handled, and after the moment at which nothing waited: the later of both bounds its age, also
 * where records are hours apart.
 */
export class LagClock {
  private handledMs = -Infinity;
  private emptyMs: number;

  /** @param nowMs nobody knows how long the first records have waited: from here on */
  constructor(nowMs: number) {
    this.emptyMs = nowMs;
  }

  /** `appendedMs` of the last record that is done. */
  handled(appendedMs: number): void {
    this.handledMs = Math.max(this.handledMs, appendedMs);
  }

  /** Seconds that the oldest waiting record has waited at most. */
  secondsAt(nowMs: number, waiting: number): number {
    if (waiting === 0) this.emptyMs = nowMs;
    return Math.max(0, nowMs - Math.max(this.handledMs, this.emptyMs)) / 1_000;
  }
}
