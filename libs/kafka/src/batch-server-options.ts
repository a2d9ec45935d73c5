import { type PoisonError, TOPICS, type TopicName, topicName } from '#contracts';
import type { Kafka } from 'kafkajs';
import type { Registry } from 'prom-client';
import type { KafkaLogger } from './client.js';
import type { PlacedRecord } from './record.js';
import type { RejectLimits } from './reject-window.js';
import type { LogBounds } from './topics.js';
import type { BatchTracer } from './trace-batch.js';

/**
 * Offsets that live somewhere else than in the group (the ledger's in its database). The group's
 * own are then committed for lag tools only and never read.
 */
export interface ForeignOffsets {
  /**
   * Called after each join of the group, once a topic, with every partition now assigned. Answers
   * for each of them where to begin: an offset, or null for the log's start. No record of a
   * partition is handed over before. A RetriableError is tried again until the assignment changes.
   * To see the record before `next` (its digest proves that the log is the same) answer `next - 1`.
   */
  onAssigned(
    topic: string,
    partitions: readonly LogBounds[],
  ): Promise<ReadonlyMap<number, bigint | null>>;
  /** Called before `onAssigned` with what went elsewhere, and at the end; MUST NOT throw. */
  onRevoked?(topic: string, partitions: readonly number[]): Promise<void>;
}

export interface FetchSettings {
  /** The broker answers when it has so many bytes or after `maxWaitTimeInMs`. Default 1. */
  readonly minBytes?: number;
  /** Default 250. Commits and heartbeats share the connection and wait for it when idle. */
  readonly maxWaitTimeInMs?: number;
  /** Default 1 MiB. */
  readonly maxBytesPerPartition?: number;
}

export interface BatchServerOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  /** The group is this process's alone and is deleted when it closes. */
  readonly ownsGroup?: true;
  /** Put before every topic's name, with its dot. */
  readonly prefix: string;
  readonly logger: KafkaLogger;
  /** The process MUST stop: an invariant is broken or the consumer is dead. Nothing was committed. */
  readonly onFatal: (error: unknown) => void;
  /** Keeps a record that can never be accepted: dead letter, `record.rejected`. */
  readonly onPoison: (record: PlacedRecord, error: PoisonError) => Promise<void>;
  /**
   * When too large a share of a partition is poison the partition is stopped, and readiness and
   * metrics say so: a version that understands nothing must not reject everything. Default
   * REJECT_LIMITS.
   */
  readonly rejectLimits?: RejectLimits;
  /** Which topics a handler's name stands for. Default: the topic of that key, else the name. */
  readonly resolveTopics?: (handlerTopic: string) => readonly string[];
  readonly offsets?: ForeignOffsets;
  /**
   * When the offset to go on from is no longer (or not yet) in the log: begin at its start, or stop
   * the process. Default: `fail` with foreign offsets, else `earliest`.
   */
  readonly whenOutOfRange?: 'earliest' | 'fail';
  readonly fetch?: FetchSettings;
  /** Partitions handled at the same time. Default 1. */
  readonly partitionsConsumedConcurrently?: number;
  /** After how many failures of an unknown kind the process stops. Default 10. */
  readonly unknownFailuresMax?: number;
  /** Default: prom-client's global registry. */
  readonly registry?: Registry;
  /** Undefined: batches are not traced. */
  readonly tracer?: BatchTracer | undefined;
}

/** A consumer that is killed is missed after this long; the least a broker accepts by default. */
export const SESSION_TIMEOUT_MS = 6000;
export const HEARTBEAT_INTERVAL_MS = 1000;
/** How long a rebalance waits for a member that is in the middle of a batch. */
export const REBALANCE_TIMEOUT_MS = 20_000;

export function topicsOf(options: BatchServerOptions, handlerTopic: string): readonly string[] {
  if (options.resolveTopics !== undefined) return options.resolveTopics(handlerTopic);
  const isKey = Object.hasOwn(TOPICS, handlerTopic);
  return [
    isKey ? topicName(options.prefix, handlerTopic as TopicName) : options.prefix + handlerTopic,
  ];
}
