import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { BatchMetrics } from './batch-metrics.js';
import type { KafkaLogger } from './client.js';
import { LagClock } from './lag-clock.js';
import type { PartitionState, PartitionTable } from './partition-table.js';
import type { KafkaRecord } from './record.js';
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
  private readonly clocks = new Map<string, LagClock>();

  constructor(
    private readonly admin: Admin,
    private readonly table: PartitionTable,
    private readonly metrics: Pick<BatchMetrics, 'lag' | 'lagSeconds'>,
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

  /** Of `records` all before `next` are done. */
  handled(
    { topic, partition }: PartitionState,
    records: readonly KafkaRecord[],
    next: bigint,
  ): void {
    const last = records.findLast(({ offset }) => offset < next);
    if (last !== undefined) this.clockOf(topic, partition).handled(last.timestamp);
  }

  observe({ topic, partition, next }: PartitionState, logEnd: bigint): void {
    if (next === undefined) return;
    const place = { topic, partition: String(partition) };
    const lag = logEnd > next ? Number(logEnd - next) : 0;
    this.metrics.lag.set(place, lag);
    this.metrics.lagSeconds.set(place, this.clockOf(topic, partition).secondsAt(Date.now(), lag));
  }

  /** Another process owns it now. */
  forget(topic: string, partition: number): void {
    this.metrics.lag.remove(topic, String(partition));
    this.metrics.lagSeconds.remove(topic, String(partition));
    this.clocks.delete(`${partition}|${topic}`);
  }

  private clockOf(topic: string, partition: number): LagClock {
    const key = `${partition}|${topic}`;
    const known = this.clocks.get(key) ?? new LagClock(Date.now());
    this.clocks.set(key, known);
    return known;
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
