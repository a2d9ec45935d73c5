import {
  type EventAttributes,
  type EventEnvelope,
  PoisonError,
  type RecordHeaders,
  decodeHeaders,
  isOneObject,
  parseJson,
} from '#contracts';
import { type OutgoingRecord, type PlacedRecord, rejectMark } from '#kafka';
import { checkEvent } from '../receive-events/check-event.js';
import type { Caller } from '../registry/directory.js';

/** What is read of a record of a station's own topic. */
export type IngressRecord = Pick<PlacedRecord, 'headers' | 'value'>;

/** Attributes that a record in CloudEvents binary mode may have. */
const ATTRIBUTE_HEADERS = new Set(
  [
    ...['specversion', 'id', 'source', 'type', 'time', 'subject', 'siteid', 'boot', 'seq'],
    ...['actor', 'entrymode', 'dataschema', 'traceparent', 'tracestate'],
  ].map((name) => `ce_${name}`),
);

/**
 * Turns a record of a station's own topic into an event, by the checks of a request. `caller` is
 * whose topic it is: the broker let nobody else write it. Throws a PoisonError.
 */
export function checkRecord({ headers, value }: IngressRecord, caller: Caller): EventEnvelope {
  const attributes = decodeHeaders(headers);
  const unknown = Object.keys(headers).filter(
    (name) => name.startsWith('ce_') && !ATTRIBUTE_HEADERS.has(name),
  );
  if (unknown.length > 0) {
    throw new PoisonError(`unknown attribute: ${unknown.join(', ')}`, 'attributes-invalid');
  }
  const contentType = headers['content-type']?.toString() ?? 'application/json';
  if (!/^application\/json *(;|$)/.test(contentType)) {
    throw new PoisonError(
      `content-type: "${contentType}" is not application/json`,
      'data-not-json',
    );
  }
  if (value === null) throw new PoisonError('the record has no value', 'data-not-json');
  const body = parseJson(value);
  if (!isOneObject(value)) {
    throw new PoisonError('data: not exactly one JSON object', 'data-invalid');
  }
  return checkEvent({ attributes, data: value, body }, caller);
}

/**
 * What stands in the site's stream in place of a record that was refused: in the slot that it names,
 * if it is one of the station's own, else by its place.
 */
export function rejectIngress(
  record: PlacedRecord,
  error: PoisonError,
  caller: Caller,
  topic: string,
): OutgoingRecord {
  const { siteId, source, partition } = caller;
  const speaker = `${siteId}/gateway.${source.slice(siteId.length + 1)}`;
  const slot = slotOf(record.headers, source);
  return rejectMark(record, error.reason, { topic, partition }, slot, {
    source: speaker,
    siteid: siteId,
  });
}

function slotOf(headers: RecordHeaders, source: string): EventAttributes | undefined {
  try {
    const attributes = decodeHeaders(headers);
    // Boot 0 is no station's, and another's slot is not this one's to fill.
    return attributes.source === source && attributes.boot > 0 ? attributes : undefined;
  } catch (error) {
    if (error instanceof PoisonError) return undefined;
    throw error;
  }
}
