import type { ExceptionCode } from '#contracts';
import type { Snapshot } from '../answers/snapshots.js';

/** Exceptions that mean danger to people before they mean anything to the books. */
const HAZARD_CODES: readonly ExceptionCode[] = [
  'hazard-found',
  'radiation-alarm',
  'sealed-container',
];

/** Where a site's log stands; times as Unix seconds. */
export interface SiteFigures {
  readonly siteId: string;
  readonly treeSize: number;
  readonly committedAt: number;
  /** 0 before the first checkpoint. */
  readonly checkpointSize: number;
  readonly checkpointAt: number | null;
  readonly exceptionsOpen: number;
  readonly hazardsOpen: number;
  /** Of these those that nobody has acknowledged. */
  readonly hazardsUnacknowledged: number;
  /** When the oldest of them was raised, by stream time; null when there is none. */
  readonly hazardUnacknowledgedAt: number | null;
}

interface Row {
  site_id: string;
  tree_size: string;
  committed_at: Date;
  size: string | null;
  signed_at: Date | null;
  exceptions: string;
  hazards: string;
  unacknowledged: string;
  oldest: Date | null;
}

export async function readSiteFigures(db: Snapshot): Promise<SiteFigures[]> {
  const rows = await db.query<Row[]>(
    `SELECT s.site_id, s.tree_size, s.committed_at, c.size, c.signed_at,
       e.exceptions, e.hazards, e.unacknowledged, e.oldest
     FROM site s LEFT JOIN LATERAL (
       SELECT size, signed_at FROM checkpoint WHERE site_id = s.site_id ORDER BY size DESC LIMIT 1
     ) c ON true CROSS JOIN LATERAL (
       SELECT count(*) AS exceptions, count(*) FILTER (WHERE code = ANY($1)) AS hazards,
         count(*) FILTER (WHERE code = ANY($1) AND acknowledged_index IS NULL) AS unacknowledged,
         min(time) FILTER (WHERE code = ANY($1) AND acknowledged_index IS NULL) AS oldest
       FROM exception WHERE site_id = s.site_id AND closed_index IS NULL
     ) e`,
    [HAZARD_CODES],
  );
  return rows.map((row) => ({
    siteId: row.site_id,
    treeSize: Number(row.tree_size),
    committedAt: row.committed_at.getTime() / 1000,
    checkpointSize: Number(row.size ?? 0),
    checkpointAt: row.signed_at === null ? null : row.signed_at.getTime() / 1000,
    exceptionsOpen: Number(row.exceptions),
    hazardsOpen: Number(row.hazards),
    hazardsUnacknowledged: Number(row.unacknowledged),
    hazardUnacknowledgedAt: row.oldest === null ? null : row.oldest.getTime() / 1000,
  }));
}

/** Bytes that the database takes on its disk. */
export async function readDatabaseBytes(db: Snapshot): Promise<number> {
  const rows = await db.query<{ bytes: string }[]>(
    'SELECT pg_database_size(current_database()) AS bytes',
  );
  return Number(rows[0]?.bytes);
}
