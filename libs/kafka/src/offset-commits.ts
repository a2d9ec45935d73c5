import { setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload } from 'kafkajs';
import { backoffMs } from './backoff.js';
import { type KafkaLogger, rootCause } from './client.js';
import type { PartitionState, PartitionTable } from './partition-table.js';

/** What is done may stay uncommitted for so long: as much is done again after a kill. */
const COMMIT_EVERY_MS = 1_000;
const LAST_COMMIT_WITHIN_MS = 20_000;

const PASSING = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
]);
const PASSING_TYPES = new Set(['GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE']);

type Commit = EachBatchPayload['commitOffsetsIfNecessary'];
type Outcome = 'done' | 'failed' | 'refused';

/**
 * Commits the `next` of every partition in one request a second instead of one a batch: a commit
 * costs a round trip on the connection that fetches. Uses the commit of a batch's payload because
 * `consumer.commitOffsets` does nothing once the consumer is stopping, and because it asks a
 * coordinator that has moved for ever.
 */
export class OffsetCommits {
  private readonly waiting = new Set<PartitionState>();
  private commit: Commit | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly table: PartitionTable,
    private readonly logger: KafkaLogger,
  ) {}

  /** Everything before `state.next` is done for good. */
  note(state: PartitionState, commit: Commit): void {
    this.commit = commit;
    this.wait([state]);
  }

  private wait(states: readonly PartitionState[]): void {
    for (const state of states) this.waiting.add(state);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.commitOnce();
    }, COMMIT_EVERY_MS).unref();
  }

  /** The last commit, while the consumer is still in its group. Tries for up to 20 s. */
  async finish(): Promise<void> {
    const deadline = Date.now() + LAST_COMMIT_WITHIN_MS;
    for (let attempt = 1; (await this.commitOnce()) === 'failed'; attempt += 1) {
      if (Date.now() > deadline) break;
      await sleep(backoffMs(attempt, Math.random(), { firstMs: 100, maxMs: 1000 }));
    }
    clearTimeout(this.timer);
  }

  /** `refused`: the group has gone on; whoever owns the partitions now decides where they go on. */
  private async commitOnce(): Promise<Outcome> {
    const states = [...this.waiting].filter((state) => this.table.isCurrent(state));
    this.waiting.clear();
    if (states.length === 0 || this.commit === undefined) return 'done';
    const topics = states.map(({ topic, partition, next }) => ({
      topic,
      partitions: [{ partition, offset: String(next) }],
    }));
    try {
      await this.commit({ topics });
      return 'done';
    } catch (error) {
      const cause = rootCause(error);
      const { name, type } = cause as { name?: string; type?: string };
      const isPassing = PASSING.has(name ?? '') || PASSING_TYPES.has(type ?? '');
      this.logger.debug({ err: cause }, 'offsets were not committed');
      if (!isPassing) return 'refused';
      this.wait(states);
      return 'failed';
    }
  }
}
