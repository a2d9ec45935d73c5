import { type Pool, decodeChunk, encodeChunk } from '#database';
import {
  MemoryTiles,
  emptyFrontier,
  encodeFrontier,
  integrate,
  leafHash,
  tilesOfSize,
} from '#tlog';
import { SITE } from '../../apps/cli/src/audit/spec-station.js';
import type { SignerKeys } from '../../apps/ledger/src/sign-checkpoint/signer-keys.js';

/** What somebody does who owns the database, and in part the log's key. */

interface ChunkRow {
  first_index: string;
  n: number;
  codec: string;
  body: Buffer;
}

/** All stored entries in their order. */
export async function readEntries(pool: Pool): Promise<Buffer[]> {
  const { rows } = await pool.query<ChunkRow>('SELECT * FROM chunk ORDER BY first_index');
  return rows.flatMap(({ codec, body }) =>
    decodeChunk(codec, body).map((entry) => Buffer.from(entry)),
  );
}

/** Changes stored entries in place: their chunks alone, not the tree. */
export async function alterEntries(
  pool: Pool,
  alter: (entry: Buffer, index: number) => Buffer,
): Promise<void> {
  const { rows } = await pool.query<ChunkRow>('SELECT * FROM chunk ORDER BY first_index');
  for (const { first_index, codec, body } of rows) {
    const entries = decodeChunk(codec, body).map((entry) => Buffer.from(entry));
    const altered = entries.map((entry, at) => alter(Buffer.from(entry), Number(first_index) + at));
    if (altered.every((entry, at) => entry.equals(entries[at]!))) continue;
    const chunk = encodeChunk(altered);
    await pool.query('UPDATE chunk SET codec = $2, body = $3 WHERE first_index = $1', [
      first_index,
      chunk.codec,
      chunk.body,
    ]);
  }
}

/** Puts other entries into the log, with the tree that they make; nothing is signed again. */
export async function replaceLog(pool: Pool, entries: readonly Buffer[]): Promise<void> {
  await pool.query('TRUNCATE chunk, tile');
  const { codec, body } = encodeChunk(entries);
  await pool.query('INSERT INTO chunk VALUES ($1, 0, $2, $3, $4)', [
    SITE,
    entries.length,
    codec,
    body,
  ]);
  const { frontier, root, tiles } = integrate(emptyFrontier(), entries.map(leafHash));
  const memory = new MemoryTiles();
  memory.append(tiles);
  for (const { level, index, width } of tilesOfSize(entries.length)) {
    const data = Buffer.from(memory.read(level, index, width));
    await pool.query('INSERT INTO tile VALUES ($1, $2, $3, $4)', [SITE, level, index, data]);
  }
  await pool.query('UPDATE site SET tree_size = $1, root = $2, frontier = $3', [
    entries.length,
    Buffer.from(root),
    Buffer.from(encodeFrontier(frontier)),
  ]);
}

/** Signs the log as it stands now, with its own key, and forgets every checkpoint from before. */
export async function signAgain(
  pool: Pool,
  keys: SignerKeys,
  entries: readonly Buffer[],
): Promise<void> {
  await pool.query('DELETE FROM checkpoint');
  const half = Math.floor(entries.length / 2);
  for (const [at, size] of [half, entries.length].entries()) {
    await insertHead(pool, keys, { size, entries, seconds: 1_795_100_000 + at });
  }
}

export async function insertHead(
  pool: Pool,
  keys: SignerKeys,
  head: { size: number; entries: readonly Buffer[]; seconds: number },
): Promise<void> {
  const { size, seconds } = head;
  const { root } = integrate(emptyFrontier(), head.entries.slice(0, size).map(leafHash));
  const note = keys.sign(SITE, { size, root }, seconds);
  await pool.query('INSERT INTO checkpoint VALUES ($1, $2, $3, $4, now())', [
    SITE,
    size,
    Buffer.from(root),
    note,
  ]);
}
