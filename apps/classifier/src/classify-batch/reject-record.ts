import { type EventAttributes, INGEST_TIME_HEADER, PoisonError, SITE_ID } from '#contracts';
import { type OutgoingRecord, type PlacedRecord, rejectMark } from '#kafka';
import { stationAttributes } from './classify-record.js';

/**
 * The `record.rejected` that stands in the classified stream in place of a record that is no event.
 * Where the record's headers can be read it fills their slot; else it speaks for the classifier of
 * the site that the key names, or of a log of the partition's own for what no site can be read of.
 */
export function rejectRecord(
  record: PlacedRecord,
  error: PoisonError,
  topic: string,
): OutgoingRecord {
  const { partition, timestamp } = record;
  const key = record.key?.toString('utf8') ?? '';
  const siteid = SITE_ID.test(key) ? key : `unattributed-${partition}`;
  const mark = rejectMark(record, error.reason, { topic, partition }, readAttributes(record), {
    source: `${siteid}/classifier`,
    siteid,
  });
  return { ...mark, headers: { ...mark.headers, [INGEST_TIME_HEADER]: String(timestamp) } };
}

function readAttributes(record: PlacedRecord): EventAttributes | undefined {
  try {
    return stationAttributes(record.headers);
  } catch (error) {
    if (error instanceof PoisonError) return undefined;
    throw error;
  }
}
