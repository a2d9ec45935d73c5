import { createHash } from 'node:crypto';
import { DEAD_LETTER_HEADERS, type PoisonError, type RecordHeaders, topicName } from '#contracts';
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

/** Bytes of a dead letter that surely go into one request; no event of ours comes near. */
const VALUE_BYTES_MAX = 500_000;
const HEADERS_BYTES_MAX = 100_000;
const KEY_BYTES_MAX = 1_000;

/**
 * The record of a dead letter: the bytes and headers as found, with where they stood, why they were
 * refused and the SHA-256 of the value (hex; of no bytes when there was none). Of a record that is
 * larger than any event the first bytes are kept, with the digest of all: a letter too large to be
 * sent would stop the stream behind it.
 */
export function deadLetter(
  topic: string,
  by: string,
  record: PlacedRecord,
  error: PoisonError,
): OutgoingRecord {
  const { key, value } = record;
  const names = DEAD_LETTER_HEADERS;
  const isConfidential = CONFIDENTIAL_TYPE.test(String(firstOf(record.headers['ce_type'])));
  const digest = createHash('sha256').update(value ?? Buffer.alloc(0));
  const own: Record<string, string> = {
    [names.reason]: error.reason,
    [names.topic]: record.topic,
    [names.partition]: String(record.partition),
    [names.offset]: String(record.offset),
    [names.sha256]: digest.digest('hex'),
    [names.by]: by,
    // A parser's message quotes what it could not read.
    ...(isConfidential ? {} : { [names.detail]: error.message.slice(0, 1000) }),
  };
  return {
    topic,
    partition: 0,
    key: key !== null && key.length > KEY_BYTES_MAX ? null : key,
    value: isConfidential ? null : (value?.subarray(0, VALUE_BYTES_MAX) ?? null),
    headers: { ...keptHeaders(record.headers, own), ...own },
  };
}

/** As found, as far as there is room, without those that would pass for the letter's own. */
function keptHeaders(
  found: RecordHeaders,
  own: Readonly<Record<string, string>>,
): Record<string, Buffer | string> {
  const kept: Record<string, Buffer | string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(found)) {
    const first = firstOf(value);
    if (first === undefined || Object.hasOwn(own, name)) continue;
    const size = name.length + first.length;
    if (bytes + size > HEADERS_BYTES_MAX) continue;
    bytes += size;
    kept[name] = first;
  }
  return kept;
}

const firstOf = (value: RecordHeaders[string]): Buffer | string | undefined =>
  Array.isArray(value) ? value[0] : value;
