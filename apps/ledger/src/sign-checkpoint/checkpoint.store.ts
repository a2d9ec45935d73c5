import type { Pool } from '#database';
import { type TileReader, tilesForConsistency } from '#tlog';
import type { TreeHead } from './judge-signing.js';

/** A site as it stands in the database, with what was signed of it. */
export interface SignableSite {
  readonly siteId: string;
  readonly partition: number;
  readonly head: TreeHead;
  readonly committedAt: Date;
  /** Size of the newest checkpoint, null when there is none. */
  readonly signedSize: number | null;
  /** Keys that have signed this log, oldest first. */
  readonly vkeys: readonly string[];
  /** Digests of keys that it has adopted under a signature of the key before. */
  readonly adopted: readonly string[];
}

interface SiteRow {
  site_id: string;
  partition: number;
  tree_size: string;
  root: Buffer;
  committed_at: Date;
  signed_size: string | null;
  vkeys: string[];
  adopted: string[];
}

/** One statement, hence one moment: size and root are of one commit. */
export async function readSignable(
  pool: Pool,
  siteIds: readonly string[],
): Promise<SignableSite[]> {
  const { rows } = await pool.query<SiteRow>({
    name: 'read-signable',
    text: `SELECT s.site_id, s.partition, s.tree_size, s.root, s.committed_at,
        (SELECT max(size) FROM checkpoint c WHERE c.site_id = s.site_id) AS signed_size,
        ARRAY(SELECT vkey FROM log_key k WHERE k.site_id = s.site_id AND kind = 'log'
          ORDER BY created_at) AS vkeys,
        ARRAY(SELECT digest FROM log_key_adoption a WHERE a.site_id = s.site_id AND a.log_index <
          (SELECT max(size) FROM checkpoint c WHERE c.site_id = s.site_id)) AS adopted
      FROM site s WHERE s.site_id = ANY($1::text[]) AND s.tree_size > 0`,
    values: [siteIds],
  });
  return rows.map((row) => ({
    siteId: row.site_id,
    partition: row.partition,
    head: { size: Number(row.tree_size), root: row.root },
    committedAt: row.committed_at,
    signedSize: row.signed_size === null ? null : Number(row.signed_size),
    vkeys: row.vkeys,
    adopted: row.adopted,
  }));
}

/** Sites of a partition whose log has grown since its newest checkpoint. */
export async function readUnsigned(pool: Pool, partition: number): Promise<string[]> {
  const { rows } = await pool.query<{ site_id: string }>(
    `SELECT site_id FROM site s WHERE partition = $1 AND tree_size >
       coalesce((SELECT max(size) FROM checkpoint c WHERE c.site_id = s.site_id), 0)`,
    [partition],
  );
  return rows.map(({ site_id }) => site_id);
}

/** The tiles that prove that the tree of `to` extends that of `from`. */
export async function readTiles(
  pool: Pool,
  siteId: string,
  from: number,
  to: number,
): Promise<TileReader> {
  const wanted = tilesForConsistency(from, to);
  const { rows } = await pool.query<{ level: number; idx: string; data: Buffer }>({
    name: 'read-tiles',
    text: `SELECT level, idx, data FROM tile WHERE site_id = $1 AND (level, idx) IN
      (SELECT level, idx FROM json_to_recordset($2::json) AS rows (level smallint, idx bigint))`,
    values: [siteId, JSON.stringify(wanted.map(({ level, index }) => ({ level, idx: index })))],
  });
  const tiles = new Map(rows.map(({ level, idx, data }) => [`${level}/${idx}`, data]));
  return (level, index, width) => {
    const tile = tiles.get(`${level}/${index}`);
    if (tile === undefined) throw new Error(`${siteId} lacks tile ${level}/${index}`);
    // The row may have grown since: a partial tile is a prefix of it.
    return tile.subarray(0, width * 32);
  };
}

export interface NewCheckpoint {
  readonly siteId: string;
  readonly head: TreeHead;
  readonly note: string;
  readonly signedAt: Date;
}

/** Stores signed checkpoints. One root a size: the same head signed again is left as it was. */
export async function insertCheckpoints(
  pool: Pool,
  checkpoints: readonly NewCheckpoint[],
): Promise<void> {
  const rows = checkpoints.map(({ siteId, head, note, signedAt }) => ({
    site_id: siteId,
    size: head.size,
    root: `\\x${Buffer.from(head.root).toString('hex')}`,
    note,
    signed_at: signedAt.toISOString(),
  }));
  await pool.query({
    name: 'insert-checkpoints',
    text: `INSERT INTO checkpoint (site_id, size, root, note, signed_at)
      SELECT * FROM json_to_recordset($1::json)
        AS rows (site_id text, size bigint, root bytea, note text, signed_at timestamptz)
      ON CONFLICT (site_id, size) DO NOTHING`,
    values: [JSON.stringify(rows)],
  });
}

export async function insertKeys(
  pool: Pool,
  siteId: string,
  vkeys: { readonly log: string; readonly time: string },
): Promise<void> {
  await pool.query(
    `INSERT INTO log_key (site_id, kind, vkey) VALUES ($1, 'log', $2), ($1, 'time', $3)
     ON CONFLICT DO NOTHING`,
    [siteId, vkeys.log, vkeys.time],
  );
}
