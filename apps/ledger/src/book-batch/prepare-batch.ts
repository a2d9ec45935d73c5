import {
  INGEST_TIME_HEADER,
  InvariantError,
  PoisonError,
  type RecordHeaders,
  decodeHeaders,
} from '#contracts';
import { type StreamRecord, decodeRecord } from '#custody';
import type { KafkaRecord } from '#kafka';

/** A batch as the rules need it: the records of each site in their order, and what is none. */
export interface PreparedBatch {
  readonly sites: ReadonlyMap<string, StreamRecord[]>;
  readonly poison: readonly { readonly record: KafkaRecord; readonly error: PoisonError }[];
}

/**
 * The records from `next` on. What comes before was booked already and is fetched again after a
 * commit of the group that failed. InvariantError when the record at `next` is not the first left.
 */
export function recordsFrom(records: readonly KafkaRecord[], next: bigint): readonly KafkaRecord[] {
  const first = records.findIndex(({ offset }) => offset >= next);
  if (first === -1) return [];
  const { offset } = records[first]!;
  if (offset !== next) {
    throw new InvariantError(`the stream jumps from offset ${next} to ${offset}: records are lost`);
  }
  return first === 0 ? records : records.slice(first);
}

/** Decodes each record once and sorts them by site. */
export function prepareBatch(records: readonly KafkaRecord[]): PreparedBatch {
  const sites = new Map<string, StreamRecord[]>();
  const poison: { record: KafkaRecord; error: PoisonError }[] = [];
  for (const record of records) {
    try {
      const decoded = decode(record);
      const { siteid } = decoded.attributes;
      const group = sites.get(siteid);
      if (group === undefined) sites.set(siteid, [decoded]);
      else group.push(decoded);
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
      poison.push({ record, error });
    }
  }
  return { sites, poison };
}

function decode({ headers, value }: KafkaRecord): StreamRecord {
  if (value === null) throw new PoisonError('the record has no value', 'data-not-json');
  return decodeRecord({
    attributes: decodeHeaders(headers),
    value,
    ingestTimeMs: ingestTimeOf(headers),
  });
}

/** LogAppendTime in `station-events`, carried by the classifier: the rules' only clock. */
function ingestTimeOf(headers: RecordHeaders): number {
  const header = headers[INGEST_TIME_HEADER];
  const text = header === undefined || Array.isArray(header) ? '' : header.toString();
  const time = /^[0-9]{1,14}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(time)) {
    throw new PoisonError(
      `header ${INGEST_TIME_HEADER} "${text}" is no time`,
      'attributes-invalid',
    );
  }
  return time;
}
