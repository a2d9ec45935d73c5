import { Buffer } from 'node:buffer';
import {
  type DataOf,
  EVENTS,
  type EventAttributes,
  INGEST_TIME_HEADER,
  PoisonError,
  SITE_ID,
  attributeBlock,
  encodeHeaders,
  sha256,
} from '#contracts';
import { type OutgoingRecord, type PlacedRecord, deadLetter } from '#kafka';
import { stationAttributes } from './classify-record.js';

/**
 * The `record.rejected` that stands in the classified stream in place of a record that is no event.
 * Where the record's headers can be read it fills their slot of (source, boot, seq); else it speaks
 * for the classifier and is known by its place: the same record gives the same event, always.
 */
export function rejectRecord(
  record: PlacedRecord,
  error: PoisonError,
  topic: string,
): OutgoingRecord {
  const found = readAttributes(record);
  const own = found === undefined ? placeAttributes(record) : slotAttributes(found);
  const data: DataOf<'recordRejected'> = {
    topic: record.topic,
    partition: record.partition,
    offset: String(record.offset),
    rawSha256: sha256(record.value ?? Buffer.alloc(0)).toString('hex'),
    reason: error.reason,
    ...(found === undefined
      ? {}
      : { attributesSha256: sha256(attributeBlock(found)).toString('hex') }),
  };
  return {
    topic,
    partition: record.partition,
    key: own.siteid,
    value: Buffer.from(JSON.stringify(data)),
    headers: { ...encodeHeaders(own), [INGEST_TIME_HEADER]: String(record.timestamp) },
  };
}

function readAttributes(record: PlacedRecord): EventAttributes | undefined {
  try {
    return stationAttributes(record.headers);
  } catch (error) {
    if (error instanceof PoisonError) return undefined;
    throw error;
  }
}

/** `actor`, `entrymode` and `dataschema` spoke of the data, which is not here. */
function slotAttributes(found: EventAttributes): EventAttributes {
  const { source, boot, seq, time, subject, siteid, traceparent } = found;
  return {
    source,
    boot,
    seq,
    type: EVENTS.recordRejected.type,
    time,
    subject,
    siteid,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

function placeAttributes(record: PlacedRecord): EventAttributes {
  const key = record.key?.toString('utf8') ?? '';
  const siteid = SITE_ID.test(key) ? key : `unattributed-${record.partition}`;
  const source = `${siteid}/classifier`;
  return {
    source,
    boot: 0,
    seq: Number(record.offset) + 1,
    type: EVENTS.recordRejected.type,
    time: new Date(record.timestamp).toISOString(),
    subject: source,
    siteid,
  };
}

/** Bytes of a dead letter that surely go into one request; no event of ours comes near. */
const DEAD_LETTER_BYTES_MAX = 500_000;

/**
 * The dead letter of a record. Of one that is larger than any event the first bytes are kept, with
 * the digest of all: a letter too large to be sent would stop the stream behind it.
 */
export function boundedDeadLetter(
  topic: string,
  by: string,
  record: PlacedRecord,
  error: PoisonError,
): OutgoingRecord {
  const letter = deadLetter(topic, by, record, error);
  const headers: Record<string, Buffer | string> = {};
  let bytes = 0;
  // The letter's own headers come last and are short: they must be among those that are kept.
  for (const [name, value] of Object.entries(letter.headers ?? {}).reverse()) {
    bytes += name.length + value.length;
    if (bytes <= DEAD_LETTER_BYTES_MAX / 5) headers[name] = value;
  }
  const key = letter.key !== null && letter.key.length > 1_000 ? null : letter.key;
  return {
    ...letter,
    key,
    value: letter.value?.subarray(0, DEAD_LETTER_BYTES_MAX) ?? null,
    headers,
  };
}
