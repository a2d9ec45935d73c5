import type { Consumer } from 'kafkajs';
import type { BatchMetrics } from './batch-metrics.js';
import { byTopic } from './claims.js';
import type { KafkaLogger } from './client.js';
import type { PartitionState, PartitionTable } from './partition-table.js';

interface PauseParts {
  readonly consumer: Consumer;
  readonly table: PartitionTable;
  readonly metrics: BatchMetrics;
  readonly logger: KafkaLogger;
}

/** Partitions that are not fetched for a while, or not at all any more. Heartbeats go on. */
export class PartitionPauses {
  private closed = false;

  constructor(private readonly parts: PauseParts) {}

  /** Nothing is resumed any more. */
  close(): void {
    this.closed = true;
  }

  /** After a join: what was stopped stays so, the rest goes on, by its claim where there is one. */
  settle(isClaimed: boolean): PartitionState[] {
    const { consumer, table } = this.parts;
    const all = table.all();
    const stopped = all.filter(({ phase }) => phase === 'stopped');
    const going = all.filter(({ phase }) => phase !== 'stopped');
    this.countStopped();
    consumer.pause(placesOf(isClaimed ? all : stopped));
    if (!isClaimed) consumer.resume(placesOf(going));
    return going;
  }

  pauseAll(): void {
    this.parts.consumer.pause(placesOf(this.parts.table.all()));
  }

  /** kafkajs goes on with the other partitions and heartbeats; the offset is not resolved. */
  pauseFor(state: PartitionState, waitMs: number): void {
    const { consumer, table } = this.parts;
    if (this.closed || !table.isCurrent(state)) return;
    const places = placesOf([state]);
    state.phase = 'waiting';
    consumer.pause(places);
    state.timer = setTimeout(() => {
      if (this.closed || !table.isCurrent(state)) return;
      state.phase = 'active';
      consumer.resume(places);
    }, waitMs);
  }

  /** Neither committed nor fetched again: whoever takes the partition over begins with the record. */
  stop(state: PartitionState, error: unknown): void {
    const { consumer, logger } = this.parts;
    const { topic, partition, next } = state;
    state.phase = 'stopped';
    consumer.pause(placesOf([state]));
    this.countStopped();
    const fields = { topic, partition, next: String(next), err: error };
    logger.error(fields, 'too much is rejected; the partition is stopped');
  }

  private countStopped(): void {
    for (const [topic, states] of byTopic(this.parts.table.all())) {
      const stopped = states.filter(({ phase }) => phase === 'stopped').length;
      this.parts.metrics.stopped.set({ topic }, stopped);
    }
  }
}

function placesOf(states: readonly PartitionState[]): { topic: string; partitions: number[] }[] {
  return [...byTopic(states)].map(([topic, group]) => ({
    topic,
    partitions: group.map(({ partition }) => partition),
  }));
}
