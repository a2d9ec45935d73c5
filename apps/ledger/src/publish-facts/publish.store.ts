import { type EventAttributes, RECORD_TIME_HEADER, encodeHeaders } from '#contracts';
import { type LotState, type TotalState, decodeState } from '#custody';
import type { Pool, PublishedTopic } from '#database';
import type { OutgoingRecord } from '#kafka';

export interface SiteCursors {
  readonly siteId: string;
  readonly partition: number;
  readonly treeSize: number;
  readonly cursors: Readonly<Partial<Record<PublishedTopic, number>>>;
}

/** Every site of a partition and how far its topics have been told. */
export async function readCursors(pool: Pool, partition: number): Promise<SiteCursors[]> {
  const { rows } = await pool.query<{
    site_id: string;
    tree_size: string;
    cursors: Partial<Record<PublishedTopic, number>> | null;
  }>(
    `SELECT s.site_id, s.tree_size,
       (SELECT json_object_agg(topic, position) FROM publish_cursor c WHERE c.site_id = s.site_id)
         AS cursors
     FROM site s WHERE s.partition = $1`,
    [partition],
  );
  return rows.map(({ site_id, tree_size, cursors }) => ({
    siteId: site_id,
    partition,
    treeSize: Number(tree_size),
    cursors: cursors ?? {},
  }));
}

export interface CursorMove {
  readonly siteId: string;
  readonly topic: PublishedTopic;
  readonly position: number;
}

export async function moveCursors(pool: Pool, moves: readonly CursorMove[]): Promise<void> {
  if (moves.length === 0) return;
  await pool.query({
    name: 'move-cursors',
    text: `INSERT INTO publish_cursor (site_id, topic, position)
      SELECT "siteId", topic, position
      FROM json_to_recordset($1::json) AS rows ("siteId" text, topic text, position bigint)
      ON CONFLICT (site_id, topic) DO UPDATE
        SET position = greatest(publish_cursor.position, excluded.position)`,
    values: [JSON.stringify(moves)],
  });
}

/** A site and what of it was told last: the seq of a fact, the size of a checkpoint. */
export interface Told {
  readonly siteId: string;
  readonly after: number;
}

/** One record to tell; `position` is what the cursor says once it is told. */
export interface Untold {
  readonly siteId: string;
  readonly position: number;
  readonly value: Buffer;
  readonly headers: NonNullable<OutgoingRecord['headers']>;
}

const SITES = 'json_to_recordset($1::json) AS told ("siteId" text, after bigint)';

/** The next facts of each site, in order, at most `limit` a site. */
export async function readFacts(
  pool: Pool,
  told: readonly Told[],
  limit: number,
): Promise<Untold[]> {
  const { rows } = await pool.query<{
    site_id: string;
    seq: string;
    attributes: EventAttributes;
    data: Buffer;
    record_time: Date;
  }>({
    name: 'read-facts',
    text: `SELECT f.* FROM ${SITES}, LATERAL (
             SELECT site_id, seq, attributes, data, record_time FROM fact
             WHERE site_id = told."siteId" AND seq > told.after ORDER BY seq LIMIT $2) f`,
    values: [JSON.stringify(told), limit],
  });
  return rows.map(({ site_id, seq, attributes, data, record_time }) => ({
    siteId: site_id,
    position: Number(seq),
    value: data,
    headers: { ...encodeHeaders(attributes), [RECORD_TIME_HEADER]: record_time.toISOString() },
  }));
}

/** The next checkpoints of each site, smallest first, at most `limit` a site. */
export async function readCheckpoints(
  pool: Pool,
  told: readonly Told[],
  limit: number,
): Promise<Untold[]> {
  const { rows } = await pool.query<{ site_id: string; size: string; note: string }>({
    name: 'read-checkpoints',
    text: `SELECT c.* FROM ${SITES}, LATERAL (
             SELECT site_id, size, note FROM checkpoint
             WHERE site_id = told."siteId" AND size > told.after ORDER BY size LIMIT $2) c`,
    values: [JSON.stringify(told), limit],
  });
  return rows.map(({ site_id, size, note }) => ({
    siteId: site_id,
    position: Number(size),
    value: Buffer.from(note),
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  }));
}

/** Lots changed by an entry from `fromIndex` on; a scan, for claims only. */
export async function readChangedLots(
  pool: Pool,
  siteId: string,
  fromIndex: number,
): Promise<LotState[]> {
  const { rows } = await pool.query<{ state: string }>(
    'SELECT state::text AS state FROM lot WHERE site_id = $1 AND changed_index >= $2',
    [siteId, fromIndex],
  );
  return rows.map(({ state }) => decodeState(state) as LotState);
}

export async function readTotals(pool: Pool, siteId: string): Promise<TotalState[]> {
  const { rows } = await pool.query<Record<string, string>>(
    'SELECT * FROM total WHERE site_id = $1',
    [siteId],
  );
  return rows.map((row) => ({
    stream: row['stream'] as TotalState['stream'],
    class: row['class']!,
    weighed: {
      debitsMg: BigInt(row['weighed_debits_mg']!),
      creditsMg: BigInt(row['weighed_credits_mg']!),
    },
    estimated: {
      debitsMg: BigInt(row['estimated_debits_mg']!),
      creditsMg: BigInt(row['estimated_credits_mg']!),
    },
    pieces: BigInt(row['pieces']!),
    changedIndex: Number(row['changed_index']),
  }));
}
