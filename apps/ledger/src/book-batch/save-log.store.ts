import { invariant } from '#contracts';
import type { FoldResult } from '#custody';
import { type PoolClient, encodeChunk, hexBytes } from '#database';
import { type Integration, type TileDelta, encodeFrontier, integrate, leafHash } from '#tlog';
import { failpoint } from '../failpoint.js';
import type { SiteBook } from './site-book.js';

/** Hashes the new entries into the tree and stores them; returns the bytes of the chunk. */
export async function appendEntries(
  client: PoolClient,
  book: SiteBook,
  { siteId, firstIndex, entries }: FoldResult,
): Promise<{ tree: Integration; chunkBytes: number }> {
  const { frontier } = book;
  invariant(
    frontier.size === firstIndex,
    `the rules append to ${siteId} at ${firstIndex}, its log has ${frontier.size} entries`,
  );
  const tree = integrate(frontier, entries.map(leafHash));
  if (entries.length === 0) return { tree, chunkBytes: 0 };
  const { codec, body } = encodeChunk(entries);
  const inserted = client.query({
    name: 'insert-chunk',
    text: `INSERT INTO chunk (site_id, first_index, n, codec, body) VALUES ($1, $2, $3, $4, $5)`,
    values: [siteId, firstIndex, entries.length, codec, body],
  });
  failpoint('amid-chunk');
  await inserted;
  await appendTiles(client, siteId, tree.tiles);
  return { tree, chunkBytes: body.length };
}

/** A partial tile is a prefix of the full one, so that one growing row serves every width. */
const APPEND_TILES = `
  INSERT INTO tile (site_id, level, idx, data)
  SELECT $1, level, idx, data
  FROM json_to_recordset($2::json) AS rows (level smallint, idx bigint, data bytea)
  ON CONFLICT (site_id, level, idx) DO UPDATE SET data = tile.data || excluded.data
  RETURNING level, idx, octet_length(data) AS bytes`;

async function appendTiles(
  client: PoolClient,
  siteId: string,
  deltas: readonly TileDelta[],
): Promise<void> {
  const rows = deltas.map(({ level, index, data }) => ({
    level,
    idx: index,
    data: hexBytes(data),
  }));
  const stored = await client.query<{ level: number; idx: string; bytes: number }>({
    name: 'append-tiles',
    text: APPEND_TILES,
    values: [siteId, JSON.stringify(rows)],
  });
  const widths = new Map(stored.rows.map(({ level, idx, bytes }) => [`${level}/${idx}`, bytes]));
  for (const { level, index, from, data } of deltas) {
    invariant(
      widths.get(`${level}/${index}`) === from * 32 + data.length,
      `tile ${level}/${index} of ${siteId} does not continue after ${from} hashes`,
    );
  }
}

/**
 * Moves the site on, last of all: a compare-and-swap on the tree's size, so that no two writers can
 * ever append at one place.
 */
export async function saveSite(
  client: PoolClient,
  { siteId, partition, stored, set, frontier }: SiteBook,
  tree: Integration,
): Promise<void> {
  const { site } = set;
  const values = [
    siteId,
    partition,
    tree.frontier.size,
    Buffer.from(tree.root),
    Buffer.from(encodeFrontier(tree.frontier)),
    site.factSeq,
    new Date(site.streamTimeMs).toISOString(),
    site.registry?.version ?? null,
    site.registryDigest,
    JSON.stringify(site.policy),
    JSON.stringify(site.scales),
    JSON.stringify(site.sensors),
  ];
  const columns =
    'partition, tree_size, root, frontier, fact_seq, stream_time, registry_version, registry_digest, policy, scales, sensors';
  const { rowCount } = await client.query(
    stored
      ? {
          name: 'move-site',
          text: `UPDATE site SET (${columns}, committed_at) =
                   ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now())
                 WHERE site_id = $1 AND tree_size = $13`,
          values: [...values, frontier.size],
        }
      : {
          name: 'open-site',
          text: `INSERT INTO site (site_id, ${columns}, committed_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now())`,
          values,
        },
  );
  invariant(rowCount === 1, `the log of ${siteId} was moved by another writer`);
}

/** Notes which keys the log has adopted, for the signer. */
export async function saveKeyAdoptions(
  client: PoolClient,
  { siteId, keysAdopted }: FoldResult,
): Promise<void> {
  for (const { digest, logIndex } of keysAdopted) {
    await client.query(
      'INSERT INTO log_key_adoption (site_id, digest, log_index) VALUES ($1, $2, $3)',
      [siteId, digest, logIndex],
    );
  }
}

/** Notes which books the log has adopted, for whoever adopts the next. */
export async function saveBookAdoptions(
  client: PoolClient,
  { siteId, booksAdopted }: FoldResult,
): Promise<void> {
  if (booksAdopted.length === 0) return;
  await client.query(
    `INSERT INTO book_adoption (site_id, log_index, reference, name, version, digest)
     SELECT $1, "logIndex", reference, name, version, digest
     FROM json_to_recordset($2::json)
       AS rows ("logIndex" bigint, reference text, name text, version bigint, digest text)`,
    [siteId, JSON.stringify(booksAdopted)],
  );
}

/** Notes from which entry on a registry is in force. */
export async function markAdopted(
  client: PoolClient,
  { siteId, firstIndex, entries }: FoldResult,
  digest: string,
): Promise<void> {
  const at = entries.findLastIndex(
    (entry) => entry.includes('"type":"urbanmine.reference.adopted.v1"') && entry.includes(digest),
  );
  await client.query(
    'UPDATE registry SET adopted_index = $3 WHERE site_id = $1 AND digest = $2 AND adopted_index IS NULL',
    [siteId, digest, firstIndex + Math.max(at, 0)],
  );
}
