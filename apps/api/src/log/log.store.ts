import { InvariantError } from '#contracts';
import { decodeChunk } from '#database';
import { HASH_BYTES, TILE_WIDTH, encodeBundle } from '#tlog';
import type { Snapshot } from '../answers/snapshots.js';
import type { CheckpointAnswer } from './log.schema.js';

/** The log of a site as it is told to the world: nothing beyond its newest checkpoint. */

export interface SignedTree {
  readonly size: number;
  /** The signed note. */
  readonly note: string;
}

/** The note with what witnesses said of it, once enough of them have (`cosignature`). */
const COSIGNED_NOTE = `note || coalesce((SELECT string_agg(line, '' ORDER BY witness)
  FROM cosignature s WHERE s.site_id = c.site_id AND s.size = c.size), '') AS note`;

/** The newest checkpoint; null before the first and for a site that there is not. */
export async function newestCheckpoint(db: Snapshot, siteId: string): Promise<SignedTree | null> {
  const [row] = await db.query<{ size: string; note: string }[]>(
    `SELECT size, ${COSIGNED_NOTE} FROM checkpoint c
     WHERE site_id = $1 ORDER BY size DESC LIMIT 1`,
    [siteId],
  );
  return row === undefined ? null : { size: Number(row.size), note: row.note };
}

/** Checkpoints with a size below `below`, largest first. */
export async function listCheckpoints(
  db: Snapshot,
  siteId: string,
  below: number | null,
  limit: number,
): Promise<CheckpointAnswer[]> {
  const rows = await db.query<{ size: string; root: Buffer; note: string; signed_at: Date }[]>(
    `SELECT size, root, ${COSIGNED_NOTE}, signed_at FROM checkpoint c
     WHERE site_id = $1 AND ($2::bigint IS NULL OR size < $2) ORDER BY size DESC LIMIT $3`,
    [siteId, below, limit],
  );
  return rows.map((row) => ({
    size: Number(row.size),
    root: row.root.toString('base64'),
    note: row.note,
    signedAt: row.signed_at.toISOString(),
  }));
}

/**
 * The first `width` hashes of a tile: a partial tile is a prefix of the full one. InvariantError
 * when the tree has them and the table does not.
 */
export async function readTile(
  db: Snapshot,
  siteId: string,
  level: number,
  index: number,
  width: number,
): Promise<Buffer> {
  const bytes = width * HASH_BYTES;
  const [row] = await db.query<{ data: Buffer }[]>(
    `SELECT substring(data FROM 1 FOR $4) AS data FROM tile
     WHERE site_id = $1 AND level = $2 AND idx = $3`,
    [siteId, level, index, bytes],
  );
  if (row?.data.length !== bytes) {
    throw new InvariantError(`tile ${level}/${index} of ${siteId} lacks its ${width} hashes`);
  }
  return row.data;
}

/**
 * The bundle of the first `width` entries from `index` × 256 on, out of the chunks that overlap it:
 * a chunk holds the entries of one commit, of any number.
 */
export async function readBundle(
  db: Snapshot,
  siteId: string,
  index: number,
  width: number,
): Promise<Buffer> {
  const start = index * TILE_WIDTH;
  const rows = await db.query<{ first_index: string; codec: string; body: Buffer }[]>(
    `SELECT first_index, codec, body FROM chunk
     WHERE site_id = $1 AND first_index < $3 AND first_index >= (
       SELECT max(first_index) FROM chunk WHERE site_id = $1 AND first_index <= $2)
     ORDER BY first_index`,
    [siteId, start, start + width],
  );
  const entries = rows.flatMap((row) => {
    const first = Number(row.first_index);
    const from = Math.max(0, start - first);
    return decodeChunk(row.codec, row.body).slice(from, start + width - first);
  });
  if (entries.length !== width) {
    throw new InvariantError(`bundle ${index} of ${siteId} has ${entries.length} entries`);
  }
  return Buffer.from(encodeBundle(entries));
}

/** The newest verifier key of a kind. */
export async function readKey(
  db: Snapshot,
  siteId: string,
  kind: 'log' | 'time',
): Promise<string | null> {
  const [row] = await db.query<{ vkey: string }[]>(
    `SELECT vkey FROM log_key WHERE site_id = $1 AND kind = $2
     ORDER BY created_at DESC LIMIT 1`,
    [siteId, kind],
  );
  return row?.vkey ?? null;
}

/** Every verifier key that has signed the log, oldest first. */
export async function readKeys(db: Snapshot, siteId: string): Promise<string[]> {
  const rows = await db.query<{ vkey: string }[]>(
    `SELECT vkey FROM log_key WHERE site_id = $1 AND kind = 'log' ORDER BY created_at`,
    [siteId],
  );
  return rows.map(({ vkey }) => vkey);
}

/** The exact bytes of a version of the site's registry. */
export async function readRegistry(
  db: Snapshot,
  siteId: string,
  digest: string,
): Promise<Buffer | null> {
  const [row] = await db.query<{ body: Buffer }[]>(
    'SELECT body FROM registry WHERE digest = $2 AND site_id = $1',
    [siteId, digest],
  );
  return row?.body ?? null;
}
