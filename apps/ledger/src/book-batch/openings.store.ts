import type { FoldResult } from '#custody';
import type { PoolClient } from '#database';

/** Openings stand beside the log, never in it; a copy of their event brings none. */
export async function saveOpenings(
  client: PoolClient,
  { siteId, openings }: FoldResult,
): Promise<void> {
  if (openings.length === 0) return;
  await client.query(
    `INSERT INTO opening (site_id, source, boot, seq, place, about, field, commitment, jwe)
     SELECT $1, source, boot, seq, place, about, field, commitment, jwe
     FROM json_to_recordset($2::json) AS rows (source text, boot bigint, seq bigint, place integer,
       about text, field text, commitment text, jwe text)`,
    [siteId, JSON.stringify(openings)],
  );
}
