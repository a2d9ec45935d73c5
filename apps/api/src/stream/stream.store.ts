import type { Snapshot } from '../answers/snapshots.js';
import type { Positions } from './server-sent-events.js';

/** A fact as a stream tells it. */
export interface StreamedFact {
  readonly siteId: string;
  readonly seq: number;
  readonly logIndex: number;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly recordTime: string;
  readonly data: unknown;
}

interface FactRow {
  site_id: string;
  seq: string;
  log_index: string;
  type: string;
  subject: string;
  time: Date;
  record_time: Date;
  data: Buffer;
}

const FACTS_A_SITE = 200;

/** Where every site stands now. */
export async function readPositions(db: Snapshot): Promise<Positions> {
  const rows = await db.query<{ site_id: string; fact_seq: string }[]>(
    'SELECT site_id, fact_seq FROM site',
  );
  return Object.fromEntries(rows.map((row) => [row.site_id, Number(row.fact_seq)]));
}

/**
 * Up to 200 facts a site after `positions`, each site's in order; a site that is not named there is
 * new and begins with its first fact. `only` restricts it to one site.
 */
export async function factsAfter(
  db: Snapshot,
  positions: Positions,
  only: string | null,
): Promise<StreamedFact[]> {
  const rows = await db.query<FactRow[]>(
    `SELECT f.* FROM site s CROSS JOIN LATERAL (
       SELECT site_id, seq, log_index, type, subject, time, record_time, data FROM fact
       WHERE site_id = s.site_id AND seq > coalesce(($1::jsonb ->> s.site_id)::bigint, 0)
       ORDER BY seq LIMIT ${FACTS_A_SITE}
     ) f
     WHERE $2::text IS NULL OR s.site_id = $2 ORDER BY f.record_time, f.site_id, f.seq`,
    [JSON.stringify(positions), only],
  );
  return rows.map((row) => ({
    siteId: row.site_id,
    seq: Number(row.seq),
    logIndex: Number(row.log_index),
    type: row.type,
    subject: row.subject,
    time: row.time.toISOString(),
    recordTime: row.record_time.toISOString(),
    data: JSON.parse(row.data.toString('utf8')) as unknown,
  }));
}
