import { setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload } from 'kafkajs';
import { backoffMs } from './backoff.js';
import { rootCause } from './client.js';

/** A commit that failed, so that it is not taken for a failure of the handler. */
export class CommitError extends Error {
  override readonly name = 'CommitError';
}

const PASSING = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
]);
const PASSING_TYPES = new Set(['GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE']);

/**
 * Commits that `next` is the first record not yet done. Uses the batch's own commit because
 * `consumer.commitOffsets` does nothing once the consumer is stopping, and because it asks a
 * coordinator that has moved for ever. Lost connections are tried again for 20 s; a refusal by the
 * group comes out as CommitError with the broker's own error as its cause.
 */
export async function commitOffset(payload: EachBatchPayload, next: bigint): Promise<void> {
  const { topic, partition } = payload.batch;
  const offsets = { topics: [{ topic, partitions: [{ partition, offset: String(next) }] }] };
  const deadline = Date.now() + 20_000;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await payload.commitOffsetsIfNecessary(offsets);
      return;
    } catch (error) {
      const cause = rootCause(error);
      const { name, type } = cause as { name?: string; type?: string };
      const isPassing = PASSING.has(name ?? '') || PASSING_TYPES.has(type ?? '');
      if (!isPassing || Date.now() > deadline) {
        throw new CommitError(`the offset ${next} was not committed`, { cause });
      }
      await sleep(backoffMs(attempt, Math.random(), { firstMs: 100, maxMs: 1000 }));
    }
  }
}
