/** One partition as the broker had it when this process started. */
export interface PartitionBounds {
  readonly partition: number;
  readonly logStart: bigint;
  readonly logEnd: bigint;
}

/** Whether a topic was read to where it ended when this process started. */
export class TopicEnd {
  private ends: Map<number, bigint> | undefined;

  /** Called once, before the first record is handled. */
  begin(bounds: readonly PartitionBounds[]): void {
    const open = bounds.filter(({ logStart, logEnd }) => logStart < logEnd);
    this.ends = new Map(open.map(({ partition, logEnd }) => [partition, logEnd]));
  }

  /** The record at `offset` and all before it were handled. */
  passed(partition: number, offset: bigint): void {
    const end = this.ends?.get(partition);
    if (end !== undefined && offset + 1n >= end) this.ends?.delete(partition);
  }

  readiness(): { readonly ready: true } | { readonly ready: false; readonly reason: string } {
    if (this.ends === undefined) {
      return { ready: false, reason: 'the end of the topic is not known yet' };
    }
    if (this.ends.size > 0) {
      return { ready: false, reason: `${this.ends.size} partitions are not read to their end yet` };
    }
    return { ready: true };
  }
}
