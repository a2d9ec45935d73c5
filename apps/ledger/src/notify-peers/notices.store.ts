import type { EventAttributes } from '#contracts';
import type { Pool } from '#database';
import type { OutgoingNotice } from './peer-client.js';

export interface NoticeCount {
  readonly siteId: string;
  readonly destination: string;
  readonly lastSeq: number;
}

/** How many notices the sites of a partition have for each other site. */
export async function readNoticeCounts(pool: Pool, partition: number): Promise<NoticeCount[]> {
  const { rows } = await pool.query<{ site_id: string; destination: string; seq: string }>(
    `SELECT n.site_id, n.destination, max(n.seq) AS seq
     FROM notice n JOIN site s USING (site_id) WHERE s.partition = $1
     GROUP BY n.site_id, n.destination`,
    [partition],
  );
  return rows.map(({ site_id, destination, seq }) => ({
    siteId: site_id,
    destination,
    lastSeq: Number(seq),
  }));
}

/** The next notices that the other site has not: above its position, or in a slot it has open. */
export async function readNotices(
  pool: Pool,
  { from, to }: { readonly from: string; readonly to: string },
  missing: { readonly above: number; readonly slots: readonly (readonly [number, number])[] },
  limit: number,
): Promise<OutgoingNotice[]> {
  const { rows } = await pool.query<{ seq: string; attributes: EventAttributes; data: Buffer }>(
    `SELECT seq, attributes, data FROM notice n
     WHERE site_id = $1 AND destination = $2 AND (seq > $3 OR EXISTS (
       SELECT FROM json_to_recordset($4::json) AS slot (first bigint, last bigint)
       WHERE n.seq BETWEEN slot.first AND slot.last))
     ORDER BY seq LIMIT $5`,
    [
      from,
      to,
      missing.above,
      JSON.stringify(missing.slots.map(([first, last]) => ({ first, last }))),
      limit,
    ],
  );
  return rows.map(({ seq, attributes, data }) => ({ seq: Number(seq), attributes, data }));
}
