import { createHash } from 'node:crypto';
import { DEAD_LETTER_HEADERS, type PoisonError, topicName } from '#contracts';
import type { RecordProducer } from './producer.js';
import type { OutgoingRecord } from './record-queue.js';
import type { PlacedRecord } from './record.js';

export interface DeadLetterOptions {
  readonly producer: RecordProducer;
  readonly prefix: string;
  /** Which service rejects. */
  readonly by: string;
}

/** Events whose bytes may have to be erased: their dead letters keep the digest only. */
const CONFIDENTIAL_TYPE = /\.confidential\.recorded\./;

/** A function that keeps a rejected record in `dead-letters.v1`; resolves when the broker has it. */
export function deadLetters({
  producer,
  prefix,
  by,
}: DeadLetterOptions): (record: PlacedRecord, error: PoisonError) => Promise<void> {
  const topic = topicName(prefix, 'deadLetters');
  return async (record, error) => {
    await producer.send([deadLetter(topic, by, record, error)]);
  };
}

/**
 * The record of a dead letter: the bytes and headers as found, with where they stood, why they were
 * refused and the SHA-256 of the value (hex; of no bytes when there was none).
 */
export function deadLetter(
  topic: string,
  by: string,
  record: PlacedRecord,
  error: PoisonError,
): OutgoingRecord {
  const names = DEAD_LETTER_HEADERS;
  const headers: Record<string, Buffer | string> = {};
  for (const [name, value] of Object.entries(record.headers)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) headers[name] = first;
  }
  const digest = createHash('sha256').update(record.value ?? Buffer.alloc(0));
  headers[names.reason] = error.reason;
  headers[names.topic] = record.topic;
  headers[names.partition] = String(record.partition);
  headers[names.offset] = String(record.offset);
  headers[names.sha256] = digest.digest('hex');
  headers[names.by] = by;
  const isConfidential = CONFIDENTIAL_TYPE.test(headers['ce_type']?.toString() ?? '');
  // A parser's message quotes what it could not read.
  if (!isConfidential) headers[names.detail] = error.message.slice(0, 1000);
  return {
    topic,
    partition: 0,
    key: record.key,
    value: isConfidential ? null : record.value,
    headers,
  };
}
