import type { RecordHeaders } from '#contracts';
import type { Batch, EachBatchPayload } from 'kafkajs';

/** One record as it came from the broker. Key, value and headers share the fetch's memory. */
export interface KafkaRecord {
  readonly offset: bigint;
  /** Milliseconds since 1970; the broker's append time where the topic says LogAppendTime. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Raw: `decodeHeaders` of #contracts reads them. A name that stands twice is an array. */
  readonly headers: RecordHeaders;
}

/** A record with the place it stands at. */
export interface PlacedRecord extends KafkaRecord {
  readonly topic: string;
  readonly partition: number;
}

/** Records of one partition in offset order, never empty. The unit of a handler's transaction. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  /** The offset after the last record that all in-sync replicas have. */
  readonly highWatermark: bigint;
  readonly records: readonly KafkaRecord[];
  /**
   * Rejects when the group is rebalancing; let that end the handler. A timer does the same while
   * the handler awaits, so only a handler that wants to stop early needs it.
   */
  heartbeat(): Promise<void>;
}

/** What the client hands over, as handlers know it. */
export function toBatch(payload: EachBatchPayload): RecordBatch {
  const { batch } = payload;
  const records = toRecords(batch);
  return {
    topic: batch.topic,
    partition: batch.partition,
    firstOffset: records[0]!.offset,
    lastOffset: records[records.length - 1]!.offset,
    highWatermark: BigInt(batch.highWatermark),
    records,
    heartbeat: () => payload.heartbeat(),
  };
}

function toRecords(batch: Batch): KafkaRecord[] {
  return batch.messages.map((message) => ({
    offset: BigInt(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: message.headers ?? {},
  }));
}

/** The same batch with fewer records; `records` MUST NOT be empty. */
export function withRecords(batch: RecordBatch, records: readonly KafkaRecord[]): RecordBatch {
  return {
    ...batch,
    records,
    firstOffset: records[0]!.offset,
    lastOffset: records[records.length - 1]!.offset,
  };
}
