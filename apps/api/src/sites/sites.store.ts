import { siteRegistrySchema } from '#contracts';
import { turnoverAnswer } from '../answers/fields.js';
import type { Snapshot } from '../answers/snapshots.js';
import type { FlowAnswer, SiteAnswer } from './sites.schema.js';

interface SiteRow {
  site_id: string;
  tree_size: string;
  stream_time: Date;
  body: Buffer | null;
  size: string | null;
  signed_at: Date | null;
  lots_open: string;
  runs_open: string;
}

/** Sites by id, from the one after `after` on. */
export async function listSites(
  db: Snapshot,
  after: string | null,
  limit: number,
): Promise<SiteAnswer[]> {
  const rows = await db.query<SiteRow[]>(
    `SELECT s.site_id, s.tree_size, s.stream_time, r.body, c.size, c.signed_at,
       (SELECT count(*) FROM lot l WHERE l.site_id = s.site_id AND l.status IN ('provisional', 'open', 'quarantined'))
         AS lots_open,
       (SELECT count(*) FROM run u WHERE u.site_id = s.site_id AND u.status <> 'balanced')
         AS runs_open
     FROM site s
     LEFT JOIN registry r ON r.site_id = s.site_id AND r.version = s.registry_version
     LEFT JOIN LATERAL (
       SELECT size, signed_at FROM checkpoint WHERE site_id = s.site_id ORDER BY size DESC LIMIT 1
     ) c ON true
     WHERE $1::text IS NULL OR s.site_id > $1
     ORDER BY s.site_id LIMIT $2`,
    [after, limit],
  );
  return rows.map((row) => ({
    siteId: row.site_id,
    name: row.body === null ? row.site_id : nameIn(row.body),
    treeSize: Number(row.tree_size),
    checkpoint:
      row.size === null || row.signed_at === null
        ? null
        : { size: Number(row.size), signedAt: row.signed_at.toISOString() },
    streamTime: row.stream_time.toISOString(),
    lotsOpen: Number(row.lots_open),
    runsOpen: Number(row.runs_open),
  }));
}

const nameIn = (body: Buffer): string =>
  siteRegistrySchema.parse(JSON.parse(body.toString('utf8'))).name;

export const WINDOW_SECONDS = 60;

interface FlowRow {
  stream: string;
  class: string;
  weighed_debits_mg: string;
  weighed_credits_mg: string;
  estimated_debits_mg: string;
  estimated_credits_mg: string;
  pieces: string;
  recent_mg: string;
}

/**
 * Totals by stream and class, and what pieces booked within the last 60 s of the site's stream
 * time. A frame is booked to `E:lot:<lot>:<class>`, or to `E:outlet:<run>:<outlet>:<class>` while
 * its run is unknown.
 */
export async function readFlow(db: Snapshot, siteId: string): Promise<FlowAnswer> {
  const [site] = await db.query<{ stream_time: Date }[]>(
    'SELECT stream_time FROM site WHERE site_id = $1',
    [siteId],
  );
  const streamTime = site!.stream_time;
  const rows = await db.query<FlowRow[]>(
    `WITH recent AS (
       SELECT coalesce(l.stream, u.stream, 'unknown') AS stream,
         CASE a.kind WHEN 'outlet' THEN substring(a.part FROM position(':' IN a.part) + 1)
           ELSE a.part END AS class,
         sum(p.mass_mg) AS mass_mg
       FROM posting p
       JOIN account a ON a.id = p.debit
       LEFT JOIN lot l ON a.kind = 'lot' AND l.site_id = p.site_id AND l.lot_id = a.owner
       LEFT JOIN run u ON a.kind = 'outlet' AND u.site_id = p.site_id AND u.run_id = a.owner
       WHERE p.site_id = $1 AND p.code = 'scan'
         AND p.event_time > $2::timestamptz - make_interval(secs => $3) AND p.event_time <= $2
       GROUP BY 1, 2
     )
     SELECT t.stream, t.class, t.weighed_debits_mg, t.weighed_credits_mg, t.estimated_debits_mg,
       t.estimated_credits_mg, t.pieces, coalesce(r.mass_mg, 0) AS recent_mg
     FROM total t LEFT JOIN recent r USING (stream, class)
     WHERE t.site_id = $1 ORDER BY t.stream, t.class`,
    [siteId, streamTime, WINDOW_SECONDS],
  );
  return {
    siteId,
    windowSeconds: WINDOW_SECONDS,
    streamTime: streamTime.toISOString(),
    items: rows.map(flowItem),
  };
}

const flowItem = (row: FlowRow): FlowAnswer['items'][number] => ({
  stream: row.stream,
  class: row.class,
  weighed: turnoverAnswer({
    debitsMg: BigInt(row.weighed_debits_mg),
    creditsMg: BigInt(row.weighed_credits_mg),
  }),
  estimated: turnoverAnswer({
    debitsMg: BigInt(row.estimated_debits_mg),
    creditsMg: BigInt(row.estimated_credits_mg),
  }),
  pieces: row.pieces,
  recentEstimatedMg: row.recent_mg,
});
