import type { Queryable } from '#database';
import type { RegistryVersion } from './directory.js';

/** Of each site the newest announced version and whatever is stored above it. */
const CURRENT = `
  FROM registry r
  WHERE r.version >= COALESCE((SELECT max(a.version) FROM registry a
    WHERE a.site_id = r.site_id AND a.announced_at IS NOT NULL), 0)`;

interface Row {
  site_id: string;
  version: number;
  digest: string;
  announced: boolean;
  body: Buffer;
}

/** Changes whenever `loadVersions` would answer otherwise; cheap enough to ask all the time. */
export async function registryFingerprint(database: Queryable): Promise<string> {
  const { rows } = await database.query<{ fingerprint: string | null }>(
    `SELECT string_agg(r.digest || (r.announced_at IS NOT NULL)::text, ',' ORDER BY r.digest)
       AS fingerprint ${CURRENT}`,
  );
  return rows[0]?.fingerprint ?? '';
}

export async function loadVersions(database: Queryable): Promise<RegistryVersion[]> {
  const { rows } = await database.query<Row>(
    `SELECT r.site_id, r.version, r.digest, r.announced_at IS NOT NULL AS announced, r.body
     ${CURRENT} ORDER BY r.site_id, r.version`,
  );
  return rows.map(({ site_id: siteId, version, digest, announced, body }) => ({
    siteId,
    version,
    digest,
    announced,
    body,
  }));
}
