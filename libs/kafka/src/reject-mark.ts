import {
  type DataOf,
  EVENTS,
  type EventAttributes,
  attributeBlock,
  encodeHeaders,
  sha256,
} from '#contracts';
import type { OutgoingRecord } from './record-queue.js';
import type { PlacedRecord } from './record.js';

/** Who speaks for a record whose own headers cannot be read. */
export interface RejectSpeaker {
  readonly source: string;
  readonly siteid: string;
}

/** Years 1970 to 9999, which is what an event's time can say. */
const TIME_MAX = 253_402_300_799_999;

/**
 * The `record.rejected` that stands in a stream in place of a record that is no event. It fills the
 * slot of (source, boot, seq) of `found`, the record's own attributes; without them `speaker` says it
 * and the record's place is its seq. The same record gives the same event, always: it may be
 * rejected again after a crash, and is known by its seq then.
 */
export function rejectMark(
  record: PlacedRecord,
  reason: DataOf<'recordRejected'>['reason'],
  target: { readonly topic: string; readonly partition: number },
  found: EventAttributes | undefined,
  speaker: RejectSpeaker,
): OutgoingRecord {
  const own = found === undefined ? placeAttributes(record, speaker) : slotAttributes(found);
  const data: DataOf<'recordRejected'> = {
    topic: record.topic,
    partition: record.partition,
    offset: String(record.offset),
    rawSha256: sha256(record.value ?? Buffer.alloc(0)).toString('hex'),
    reason,
    ...(found === undefined
      ? {}
      : { attributesSha256: sha256(attributeBlock(found)).toString('hex') }),
  };
  return {
    ...target,
    key: own.siteid,
    value: Buffer.from(JSON.stringify(data)),
    headers: encodeHeaders(own),
  };
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

function placeAttributes(
  { offset, timestamp }: PlacedRecord,
  { source, siteid }: RejectSpeaker,
): EventAttributes {
  return {
    source,
    boot: 0,
    seq: Number(offset) + 1,
    type: EVENTS.recordRejected.type,
    time: new Date(Math.min(Math.max(timestamp, 0), TIME_MAX)).toISOString(),
    subject: source,
    siteid,
  };
}
