import { type RecordHeaders, readTraceparent } from '#contracts';
import type { PlacedRecord, RecordBatch } from './record.js';
import { tracesOf } from './trace-batch.js';

/** What of a header a log line holds at most: it may be anybody's. */
const TEXT_MAX = 128;
const TRACES_MAX = 5;

const textOf = (headers: RecordHeaders, name: string): string | undefined => {
  const value = headers[name];
  const first: Buffer | string | undefined = Array.isArray(value) ? value[0] : value;
  return first?.toString().slice(0, TEXT_MAX);
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * Where a record stands and which event it is, as far as its headers tell. Never a word of its data,
 * nor of what is wrong with it: that quotes the data.
 */
export function rejectFields(record: PlacedRecord, reason: string): Fields {
  const { topic, partition, offset, headers } = record;
  return {
    topic,
    partition,
    offset: String(offset),
    reason,
    source: textOf(headers, 'ce_source'),
    id: textOf(headers, 'ce_id'),
    site: textOf(headers, 'ce_siteid'),
    type: textOf(headers, 'ce_type'),
    traceId: readTraceparent(textOf(headers, 'ce_traceparent'))?.traceId,
  };
}

/** Where a batch stands, and some of the traces that its events are of. */
export function batchFields({
  topic,
  partition,
  firstOffset,
  lastOffset,
  records,
}: RecordBatch): Fields {
  const traceIds = new Set<string>();
  for (const { traceId } of tracesOf(records)) {
    traceIds.add(traceId);
    if (traceIds.size === TRACES_MAX) break;
  }
  return {
    topic,
    partition,
    firstOffset: String(firstOffset),
    lastOffset: String(lastOffset),
    records: records.length,
    ...(traceIds.size === 0 ? {} : { traceIds: [...traceIds] }),
  };
}
