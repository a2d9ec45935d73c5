import { type SiteRegistry, siteRegistrySchema } from '#contracts';
import { decodeChunk } from '#database';
import type { Snapshot } from '../answers/snapshots.js';

/** The entries of one commit, from index `firstIndex` on. */
export interface StoredChunk {
  readonly firstIndex: number;
  readonly entries: readonly Buffer[];
}

/** The chunk that index `index` lies in; null beyond the log. */
export async function readChunk(
  db: Snapshot,
  siteId: string,
  index: number,
): Promise<StoredChunk | null> {
  const [row] = await db.query<{ first_index: string; codec: string; body: Buffer }[]>(
    `SELECT first_index, codec, body FROM chunk
     WHERE site_id = $1 AND first_index <= $2 AND first_index + n > $2
     ORDER BY first_index DESC LIMIT 1`,
    [siteId, index],
  );
  if (row === undefined) return null;
  const entries = decodeChunk(row.codec, row.body).map((entry) => Buffer.from(entry));
  return { firstIndex: Number(row.first_index), entries };
}

/** The site's registry of a digest; null when there is none. */
export async function readRegistryOf(
  db: Snapshot,
  siteId: string,
  digest: string,
): Promise<SiteRegistry | null> {
  const [row] = await db.query<{ body: Buffer }[]>(
    'SELECT body FROM registry WHERE digest = $2 AND site_id = $1',
    [siteId, digest],
  );
  return row === undefined ? null : siteRegistrySchema.parse(JSON.parse(row.body.toString('utf8')));
}
