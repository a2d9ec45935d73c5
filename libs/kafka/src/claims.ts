import { setTimeout as sleep } from 'node:timers/promises';
import { InvariantError, RetriableError } from '#contracts';
import type { Admin, Consumer } from 'kafkajs';
import { backoffMs } from './backoff.js';
import type { BatchServerOptions, ForeignOffsets } from './batch-server-options.js';
import type { PartitionState, PartitionTable } from './partition-table.js';
import { fetchLogBounds } from './topics.js';

interface ClaimParts {
  readonly consumer: Consumer;
  readonly admin: Admin;
  readonly table: PartitionTable;
  readonly onFatal: (error: unknown) => void;
}

/** Asks the foreign authority for start offsets, one assignment after the other. */
export class Claims {
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: BatchServerOptions,
    private readonly offsets: ForeignOffsets,
    private readonly parts: ClaimParts,
  ) {}

  /** `states` are paused already and become active one topic at a time. Never rejects. */
  begin(revoked: readonly PartitionState[], states: readonly PartitionState[]): void {
    this.last = this.last.then(async () => {
      try {
        for (const [topic, group] of byTopic(revoked)) {
          await this.offsets.onRevoked?.(
            topic,
            group.map(({ partition }) => partition),
          );
        }
        for (const [topic, group] of byTopic(states)) await this.claim(topic, group);
      } catch (error) {
        this.parts.onFatal(error);
      }
    });
  }

  /** Resolves when all that was begun has ended. */
  settled(): Promise<void> {
    return this.last;
  }

  private async claim(topic: string, states: readonly PartitionState[]): Promise<void> {
    const { unknownFailuresMax = 10, logger } = this.options;
    let unknown = 0;
    for (let attempt = 1; this.isCurrent(states); attempt += 1) {
      try {
        await this.claimOnce(topic, states);
        return;
      } catch (error) {
        if (error instanceof InvariantError) throw error;
        if (!(error instanceof RetriableError)) unknown += 1;
        if (unknown >= unknownFailuresMax) throw error;
        logger.warn({ topic, attempt, err: error }, 'start offsets are not known yet');
        await sleep(backoffMs(attempt, Math.random()), undefined, { ref: false });
      }
    }
  }

  private async claimOnce(topic: string, states: readonly PartitionState[]): Promise<void> {
    const mine = new Set(states.map(({ partition }) => partition));
    const bounds = (await fetchLogBounds(this.parts.admin, topic)).filter(({ partition }) =>
      mine.has(partition),
    );
    const answer = await this.offsets.onAssigned(topic, bounds);
    // The group may have gone on meanwhile; then the next claim decides, not this one.
    if (!this.isCurrent(states)) return;
    for (const state of states) {
      const { partition } = state;
      const offset = answer.get(partition);
      if (offset === undefined) {
        throw new InvariantError(`no start offset was given for ${topic} ${partition}`);
      }
      const start = bounds.find((bound) => bound.partition === partition)?.logStart ?? 0n;
      state.next = offset ?? start;
      state.phase = 'active';
      this.parts.consumer.seek({ topic, partition, offset: String(state.next) });
    }
    this.parts.consumer.resume([{ topic, partitions: [...mine] }]);
    this.options.logger.info(
      { topic, offsets: states.map(({ partition, next }) => `${partition}:${next}`) },
      'starting from foreign offsets',
    );
  }

  private isCurrent(states: readonly PartitionState[]): boolean {
    return states.every((state) => this.parts.table.isCurrent(state));
  }
}

export function byTopic(states: readonly PartitionState[]): Map<string, PartitionState[]> {
  const topics = new Map<string, PartitionState[]>();
  for (const state of states) {
    const group = topics.get(state.topic);
    if (group === undefined) topics.set(state.topic, [state]);
    else group.push(state);
  }
  return topics;
}
