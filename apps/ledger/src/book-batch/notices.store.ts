import type { FoldResult, WorkingSet } from '#custody';
import { type PoolClient, hexBytes } from '#database';

/** The last seq by destination, so that the next notice has the next one. */
export async function loadNoticeSeqs(client: PoolClient, set: WorkingSet): Promise<void> {
  const { rows } = await client.query<{ destination: string; seq: string }>(
    'SELECT destination, max(seq) AS seq FROM notice WHERE site_id = $1 GROUP BY destination',
    [set.site.siteId],
  );
  for (const { destination, seq } of rows) set.noticeSeqs.set(destination, Number(seq));
}

/** What the ledgers of other sites are to be told; a loop of its own tells it. */
export async function saveNotices(
  client: PoolClient,
  { siteId, notices }: FoldResult,
): Promise<void> {
  if (notices.length === 0) return;
  const rows = notices.map(({ data, ...notice }) => ({ ...notice, data: hexBytes(data) }));
  await client.query(
    `INSERT INTO notice (site_id, destination, seq, attributes, data)
     SELECT $1, destination, seq, attributes, data
     FROM json_to_recordset($2::json)
       AS rows (destination text, seq bigint, attributes jsonb, data bytea)`,
    [siteId, JSON.stringify(rows)],
  );
}
