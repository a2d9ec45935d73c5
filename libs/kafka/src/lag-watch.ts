import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { Gauge } from 'prom-client';
import type { KafkaLogger } from './client.js';
import type { PartitionState, PartitionTable } from './partition-table.js';
import { fetchLogBounds } from './topics.js';

const REFRESH_MS = 5000;
const SETTLE_MS = 2000;

/**
 * Keeps the lag of each partition current: after each batch by what the fetch said, and by asking
 * the broker, because a partition that is stuck fetches nothing.
 */
export class LagWatch {
  private timer: NodeJS.Timeout | undefined;
  private asking: Promise<void> | undefined;

  constructor(
    private readonly admin: Admin,
    private readonly table: PartitionTable,
    private readonly gauge: Gauge<'topic' | 'partition'>,
    private readonly logger: KafkaLogger,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      // An outage is waited out by the question under way; more of them would only pile up.
      this.asking ??= this.refresh().finally(() => (this.asking = undefined));
    }, REFRESH_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /**
   * Waits a moment for the question under way: kafkajs goes on with it after the client was
   * disconnected, and connects again for it, for as long as it may retry.
   */
  async settled(): Promise<void> {
    if (this.asking === undefined) return;
    await Promise.race([this.asking, sleep(SETTLE_MS, undefined, { ref: false })]);
  }

  observe({ topic, partition, next }: PartitionState, logEnd: bigint): void {
    if (next === undefined) return;
    const lag = logEnd > next ? Number(logEnd - next) : 0;
    this.gauge.set({ topic, partition: String(partition) }, lag);
  }

  private async refresh(): Promise<void> {
    const topics = new Set(this.table.all().map(({ topic }) => topic));
    for (const topic of topics) {
      try {
        for (const { partition, logEnd } of await fetchLogBounds(this.admin, topic)) {
          const state = this.table.get(topic, partition);
          if (state !== undefined) this.observe(state, logEnd);
        }
      } catch (error) {
        this.logger.debug({ topic, err: error }, 'the lag could not be asked for');
      }
    }
  }
}
