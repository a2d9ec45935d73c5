/** When rejecting has to end, over the newest `records` of a partition. */
export interface RejectLimits {
  readonly records: number;
  /** Fewer rejects than this never stop a partition: a few bad records are everyday. */
  readonly rejectsMin: number;
  /** Of the records, 0 to 1. */
  readonly share: number;
}

/**
 * A whole window of garbage from one station is one cause, and a version that understands nothing is
 * another; neither is everyday, and either is better waited for than rejected.
 */
export const REJECT_LIMITS: RejectLimits = { records: 1_000, rejectsMin: 20, share: 0.5 };

/** Thrown in place of a reject that the window does not allow. The record stays where it is. */
export class RejectLimitError extends Error {
  override readonly name = 'RejectLimitError';
}

/**
 * The circuit breaker of a partition: knows which of its newest records were rejected and says when
 * the next one may not be. No clock: a stream that stands still stays as it was judged.
 */
export class RejectWindow {
  private readonly rejected: Uint8Array;
  private next = 0;
  private count = 0;
  private rejects = 0;

  constructor(private readonly limits: RejectLimits) {
    this.rejected = new Uint8Array(limits.records);
  }

  accept(records: number): void {
    for (let left = Math.min(records, this.limits.records); left > 0; left--) this.push(0);
  }

  /** A record was rejected for good. */
  reject(): void {
    this.push(1);
  }

  /** Whether one more record may be rejected. */
  mayReject(): boolean {
    const { records, rejectsMin, share } = this.limits;
    const leaving = this.count === records ? this.rejected[this.next]! : 0;
    const rejects = this.rejects - leaving + 1;
    const count = Math.min(this.count + 1, records);
    return rejects < rejectsMin || rejects <= share * count;
  }

  private push(rejected: 0 | 1): void {
    if (this.count === this.limits.records) this.rejects -= this.rejected[this.next]!;
    else this.count += 1;
    this.rejected[this.next] = rejected;
    this.rejects += rejected;
    this.next = (this.next + 1) % this.limits.records;
  }
}
