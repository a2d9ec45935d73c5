import type { EventMark } from '#edge';
import type { EntityManager } from 'typeorm';

/** Whether the event is in the ledger's log: its position covers it. */
export async function isInLog(
  db: EntityManager,
  siteId: string,
  source: string,
  { boot, seq }: EventMark,
): Promise<boolean> {
  const rows = await db.query<unknown[]>(
    `SELECT 1 FROM boot WHERE site_id = $1 AND source = $2 AND boot = $3 AND position >= $4`,
    [siteId, source, boot, seq],
  );
  return rows.length > 0;
}
