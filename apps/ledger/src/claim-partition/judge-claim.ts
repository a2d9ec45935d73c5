import { hash } from 'node:crypto';
import { InvariantError, type RecordHeaders } from '#contracts';

/** A row of `fence`: where a partition stands. */
export interface Fence {
  readonly clusterId: string;
  readonly epoch: number;
  readonly nextOffset: bigint;
  /** Digest of the record before `nextOffset`; null when there is none. */
  readonly lastDigest: Buffer | null;
}

/** The partition as the broker has it. */
export interface StreamBounds {
  readonly clusterId: string;
  readonly topic: string;
  readonly partition: number;
  readonly logStart: bigint;
  readonly logEnd: bigint;
}

export interface Start {
  /** Offset to book next. */
  readonly next: bigint;
  /** The record before `next` is still there and MUST have this digest; null: not to be seen. */
  readonly expected: Buffer | null;
  /** What an operator should know, though work goes on. */
  readonly notice: string | null;
}

const REMEDY =
  'If this stream is right, move the fence with `urbanmine fence adopt`; ' +
  'else restore the database or the broker that belong together';

/**
 * Where to go on (design, section 5, Fence). kafkajs would move to the log's start without a word,
 * so whatever is not plainly the same stream is an InvariantError that names the remedy.
 */
export function judgeClaim(fence: Fence | null, bounds: StreamBounds): Start {
  const { clusterId, topic, partition, logStart, logEnd } = bounds;
  if (fence === null) return { next: logStart, expected: null, notice: null };
  const place = `${topic} ${partition}`;
  const next = fence.nextOffset;
  if (fence.clusterId !== clusterId) {
    throw new InvariantError(
      `${place} was booked from Kafka cluster ${fence.clusterId}, and this is ${clusterId}. ${REMEDY}`,
    );
  }
  if (logStart > next) {
    throw new InvariantError(
      `${place} begins at ${logStart}, and ${next} was to be booked next: records are lost. ${REMEDY}`,
    );
  }
  if (logEnd < next) {
    throw new InvariantError(
      `${place} ends at ${logEnd}, before ${next}, which was to be booked next: ` +
        `the broker has lost its tail or the topic was made anew. ${REMEDY}`,
    );
  }
  if (logStart === next) {
    const notice =
      next === 0n
        ? null
        : `the record before ${next} of ${place} is gone, so the stream could not be compared`;
    return { next, expected: null, notice };
  }
  return { next, expected: fence.lastDigest, notice: null };
}

/** SHA-256 of a record's headers and value: tells whether a stream is the one that was booked. */
export function recordDigest(record: {
  readonly headers: RecordHeaders;
  readonly value: Buffer | null;
}): Buffer {
  const headers = Object.entries(record.headers)
    .map(([name, value]) => [name, String(value)])
    .sort(([a], [b]) => (a! < b! ? -1 : 1));
  const head = Buffer.from(`${JSON.stringify(headers)}\n`);
  return hash('sha256', Buffer.concat([head, record.value ?? Buffer.alloc(0)]), 'buffer');
}
