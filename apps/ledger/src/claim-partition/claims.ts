import type { Pool } from '#database';
import type { ForeignOffsets } from '#kafka';
import type { Logger } from '#process';
import { failpoint } from '../failpoint.js';
import { claimFence, readEpochs } from './claim.store.js';

/** A partition that this process owns, as far as it knows. */
export interface Claim {
  readonly partition: number;
  readonly epoch: number;
  /** Offset to book next. */
  next: bigint;
  /** Digest that the record at `next - 1` must show first; null: seen or not to be seen. */
  expected: Buffer | null;
}

export interface ClaimListener {
  /** The partition is owned from here on; nothing of it is cached from before. */
  onClaimed(partition: number): Promise<void>;
  onDropped(partition: number): void;
}

/** How old a look at the epoch may be when something is told to the outside. */
const EPOCH_AGE_MAX_MS = 2_000;

/** The partitions of this process. The offsets of the stream live in `fence`, never in the group. */
export class Claims implements ForeignOffsets {
  private readonly held = new Map<number, Claim>();
  private readonly listeners: ClaimListener[] = [];
  private checkedAt = 0;

  constructor(
    private readonly pool: Pool,
    private readonly topic: string,
    private readonly owner: string,
    private readonly readClusterId: () => Promise<string>,
    private readonly logger: Logger,
  ) {}

  listen(listener: ClaimListener): void {
    this.listeners.push(listener);
  }

  get(partition: number): Claim | undefined {
    return this.held.get(partition);
  }

  get partitions(): number[] {
    return [...this.held.keys()];
  }

  async onAssigned(
    topic: string,
    partitions: Parameters<ForeignOffsets['onAssigned']>[1],
  ): Promise<ReadonlyMap<number, bigint>> {
    const clusterId = await this.readClusterId();
    const starts = new Map<number, bigint>();
    for (const { partition, logStart, logEnd } of partitions) {
      this.drop(partition);
      const bounds = { clusterId, topic, partition, logStart, logEnd };
      failpoint('before-claim');
      const { epoch, next, expected, notice } = await claimFence(this.pool, this.owner, bounds);
      failpoint('after-claim');
      if (notice !== null) this.logger.warn({ partition, next: String(next) }, notice);
      this.held.set(partition, { partition, epoch, next, expected });
      this.checkedAt = Date.now();
      for (const listener of this.listeners) await listener.onClaimed(partition);
      starts.set(partition, expected === null ? next : next - 1n);
      this.logger.info({ partition, epoch, next: String(next) }, 'partition claimed');
    }
    return starts;
  }

  onRevoked(_topic: string, partitions: readonly number[]): Promise<void> {
    for (const partition of partitions) this.drop(partition);
    return Promise.resolve();
  }

  /** Somebody else owns the partition; only a new join of the group may claim it again. */
  drop(partition: number): void {
    if (!this.held.delete(partition)) return;
    for (const listener of this.listeners) listener.onDropped(partition);
  }

  /**
   * The partitions for which this process may speak now. Looks at the database again when the last
   * look is over 2 s old, so that a zombie that wakes up says nothing.
   */
  async confirmed(): Promise<ReadonlySet<number>> {
    if (Date.now() - this.checkedAt > EPOCH_AGE_MAX_MS) {
      const asked = Date.now();
      const epochs = await readEpochs(this.pool, this.topic);
      for (const claim of [...this.held.values()]) {
        if (epochs.get(claim.partition) !== claim.epoch) this.drop(claim.partition);
      }
      this.checkedAt = asked;
    }
    return new Set(this.held.keys());
  }
}
