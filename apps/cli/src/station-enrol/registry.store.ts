import { type SiteRegistry, parseJson, siteRegistrySchema } from '#contracts';
import type { Queryable } from '#database';
import type { StoredVersion } from './check-registry.js';

interface Row {
  body: Buffer;
  digest: string;
  announced: boolean;
  adopted_index: string | null;
}

const decode = (body: Buffer): SiteRegistry => siteRegistrySchema.parse(parseJson(body));

/** All versions of a site, newest first. */
export async function loadSite(database: Queryable, siteId: string): Promise<StoredVersion[]> {
  const { rows } = await database.query<Row>(
    `SELECT body, digest, announced_at IS NOT NULL AS announced, adopted_index
     FROM registry WHERE site_id = $1 ORDER BY version DESC`,
    [siteId],
  );
  return rows.map((row) => ({
    registry: decode(row.body),
    digest: row.digest,
    announced: row.announced,
    adoptedIndex: row.adopted_index === null ? null : Number(row.adopted_index),
  }));
}

/** The newest version of each other site. */
export async function loadOthers(database: Queryable, siteId: string): Promise<SiteRegistry[]> {
  const { rows } = await database.query<Row>(
    `SELECT DISTINCT ON (site_id) body FROM registry WHERE site_id <> $1
     ORDER BY site_id, version DESC`,
    [siteId],
  );
  return rows.map(({ body }) => decode(body));
}

/** Stores a version without announcing it; false when the version is stored already. */
export async function storeVersion(
  database: Queryable,
  registry: SiteRegistry,
  digest: string,
  body: Buffer,
): Promise<boolean> {
  const { rowCount } = await database.query(
    `INSERT INTO registry (site_id, version, digest, body, announced_at)
     VALUES ($1, $2, $3, $4, NULL) ON CONFLICT DO NOTHING`,
    [registry.siteId, registry.version, digest, body],
  );
  return rowCount === 1;
}

export async function markAnnounced(database: Queryable, digest: string): Promise<void> {
  await database.query(
    'UPDATE registry SET announced_at = now() WHERE digest = $1 AND announced_at IS NULL',
    [digest],
  );
}

/** Log index from which a version is in force; null = not yet. */
export async function adoptedIndex(database: Queryable, digest: string): Promise<number | null> {
  const { rows } = await database.query<Row>(
    'SELECT adopted_index FROM registry WHERE digest = $1',
    [digest],
  );
  const index = rows[0]?.adopted_index ?? null;
  return index === null ? null : Number(index);
}
