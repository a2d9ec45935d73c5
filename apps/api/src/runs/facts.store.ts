import type { Snapshot } from '../answers/snapshots.js';
import type { FactAnswer } from './runs.schema.js';

interface FactRow {
  seq: string;
  log_index: string;
  type: string;
  time: Date;
  data: Buffer;
}

/** A lot of a busy pile is dispatched from many times; nobody reads more in one answer. */
const FACTS_MAX = 200;

/** The newest 200 facts whose subject is the lot or run and that lie below an index of the log, oldest first. */
export async function factsAbout(
  db: Snapshot,
  siteId: string,
  subject: string,
  below: number | null,
): Promise<FactAnswer[]> {
  const rows = await db.query<FactRow[]>(
    `SELECT seq, log_index, type, time, data FROM fact
     WHERE subject = $2 AND site_id = $1 AND ($3::bigint IS NULL OR log_index < $3) ORDER BY seq DESC LIMIT ${FACTS_MAX}`,
    [siteId, subject, below],
  );
  return rows.reverse().map((row) => ({
    seq: Number(row.seq),
    logIndex: Number(row.log_index),
    type: row.type,
    time: row.time.toISOString(),
    data: JSON.parse(row.data.toString('utf8')) as Record<string, unknown>,
  }));
}
