import { type SiteRegistry, parseJson, siteRegistrySchema } from '#contracts';
import type { Queryable } from '#database';

/** The version of a site's registry that is announced last; null = the site is not enrolled. */
export async function loadRegistry(
  database: Queryable,
  siteId: string,
): Promise<SiteRegistry | null> {
  const { rows } = await database.query<{ body: Buffer }>(
    `SELECT body FROM registry WHERE site_id = $1 AND announced_at IS NOT NULL
     ORDER BY version DESC LIMIT 1`,
    [siteId],
  );
  return rows[0] === undefined ? null : siteRegistrySchema.parse(parseJson(rows[0].body));
}

export interface StoredFence {
  readonly epoch: number;
  readonly next: number;
  readonly clusterId: string;
}

/** Null: nothing of the partition was ever booked. */
export async function loadFence(
  database: Queryable,
  topic: string,
  partition: number,
): Promise<StoredFence | null> {
  const { rows } = await database.query<{ epoch: string; next: string; cluster_id: string }>(
    `SELECT epoch, next_offset AS next, cluster_id FROM fence
     WHERE topic = $1 AND partition = $2`,
    [topic, partition],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return { epoch: Number(row.epoch), next: Number(row.next), clusterId: row.cluster_id };
}

export interface FenceMove {
  readonly topic: string;
  readonly partition: number;
  readonly from: StoredFence;
  readonly to: number;
  readonly clusterId: string;
}

/**
 * One epoch more, so that whoever held the partition has lost it. The digest of the record before
 * is forgotten: it is of another stream. False when the ledger has moved on since `from` was read.
 */
export async function moveFence(database: Queryable, move: FenceMove): Promise<boolean> {
  const { topic, partition, from, to, clusterId } = move;
  const { rowCount } = await database.query(
    `UPDATE fence SET epoch = epoch + 1, next_offset = $5, last_digest = NULL, cluster_id = $6,
       owner = 'urbanmine fence adopt', claimed_at = now()
     WHERE topic = $1 AND partition = $2 AND epoch = $3 AND next_offset = $4`,
    [topic, partition, from.epoch, from.next, to, clusterId],
  );
  return rowCount === 1;
}
