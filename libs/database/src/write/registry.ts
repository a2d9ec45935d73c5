import { type SiteRegistry, encodeRegistry, registryDigest } from '#contracts';
import type { Queryable } from './pool.js';

/**
 * Announces a version of a site's enrolment: stores its body under its digest. It is in force from
 * the `reference.adopted` in the site's stream on, which MUST be sent after this. The same version
 * again is fine; another body under a version that exists is refused with an Error.
 * @returns the digest, hex
 */
export async function announceRegistry(db: Queryable, registry: SiteRegistry): Promise<string> {
  const body = encodeRegistry(registry);
  const digest = registryDigest(body);
  await db.query(
    `INSERT INTO registry (site_id, version, digest, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (site_id, version) DO NOTHING`,
    [registry.siteId, registry.version, digest, body],
  );
  const { rows } = await db.query<{ digest: string }>(
    'SELECT digest FROM registry WHERE site_id = $1 AND version = $2',
    [registry.siteId, registry.version],
  );
  if (rows[0]?.digest !== digest) {
    throw new Error(`version ${registry.version} of ${registry.siteId} exists with another body`);
  }
  return digest;
}
