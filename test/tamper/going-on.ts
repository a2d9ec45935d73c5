import { INGEST_TIME_HEADER } from '#contracts';
import type { KafkaRecord } from '#kafka';
import type { Said } from '../../apps/cli/src/audit/spec-station.js';
import { recordsOf } from '../../apps/ledger/src/spec-stream.js';
import type { FilledSite, SiteCopy } from './filled-site.js';

/** Names of the facts that a copy has told beyond those of the filled site. */
export async function factsSince(copy: SiteCopy, seq: number): Promise<string[]> {
  const { rows } = await copy.pool.query<{ type: string }>(
    'SELECT type FROM fact WHERE seq > $1 ORDER BY seq',
    [seq],
  );
  return rows.map(({ type }) => type.replace(/^urbanmine\.custody\.(.+)\.v1$/, '$1'));
}

export async function lastFact(copy: SiteCopy): Promise<number> {
  const { rows } = await copy.pool.query<{ fact_seq: string }>('SELECT fact_seq FROM site');
  return Number(rows[0]!.fact_seq);
}

/** Long enough that everything which is still missing is given up. */
const TWO_MINUTES_MS = 120_000;

export function later({ headers, ...record }: KafkaRecord): KafkaRecord {
  const time = Number(String(headers[INGEST_TIME_HEADER])) + TWO_MINUTES_MS;
  return { ...record, headers: { ...headers, [INGEST_TIME_HEADER]: Buffer.from(String(time)) } };
}

/** The stream goes on with other records: as they are told, and the last one two minutes later. */
export async function goesOnWith(site: FilledSite, next: readonly Said[]): Promise<string[]> {
  const copy = await site.copy();
  const seq = await lastFact(copy);
  const records = recordsOf([...site.said, ...next]);
  records.push(later(records.pop()!));
  await copy.ledger('kept').follow(records);
  const { rows } = await copy.pool.query<{ duplicates: string }>(
    'SELECT sum(duplicates) AS duplicates FROM boot',
  );
  const dropped = Number(rows[0]!.duplicates) > 0 ? ['duplicates'] : [];
  return [...(await factsSince(copy, seq)), ...dropped, ...(await copy.auditDatabase())];
}
