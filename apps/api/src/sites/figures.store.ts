import type { Snapshot } from '../answers/snapshots.js';

/** Where a site's log stands; times as Unix seconds. */
export interface SiteFigures {
  readonly siteId: string;
  readonly treeSize: number;
  readonly committedAt: number;
  /** 0 before the first checkpoint. */
  readonly checkpointSize: number;
  readonly checkpointAt: number | null;
  readonly exceptionsOpen: number;
}

interface Row {
  site_id: string;
  tree_size: string;
  committed_at: Date;
  size: string | null;
  signed_at: Date | null;
  exceptions_open: string;
}

export async function readSiteFigures(db: Snapshot): Promise<SiteFigures[]> {
  const rows = await db.query<Row[]>(
    `SELECT s.site_id, s.tree_size, s.committed_at, c.size, c.signed_at,
       (SELECT count(*) FROM exception e WHERE e.site_id = s.site_id AND e.closed_index IS NULL)
         AS exceptions_open
     FROM site s LEFT JOIN LATERAL (
       SELECT size, signed_at FROM checkpoint WHERE site_id = s.site_id ORDER BY size DESC LIMIT 1
     ) c ON true`,
  );
  return rows.map((row) => ({
    siteId: row.site_id,
    treeSize: Number(row.tree_size),
    committedAt: row.committed_at.getTime() / 1000,
    checkpointSize: Number(row.size ?? 0),
    checkpointAt: row.signed_at === null ? null : row.signed_at.getTime() / 1000,
    exceptionsOpen: Number(row.exceptions_open),
  }));
}
