import { type SiteRegistry, parseJson, siteRegistrySchema } from '#contracts';
import type { Queryable } from '#database';

/** A log with the key that signed it last. */
export interface SignedLog {
  readonly siteId: string;
  readonly vkey: string;
  /** How many keys have signed it. */
  readonly keys: number;
  /** The version of its registry that is in force. */
  readonly registry: SiteRegistry;
}

interface LogRow {
  site_id: string;
  vkey: string;
  keys: number;
  body: Buffer;
}

/** Every log that was ever signed. */
export async function readSignedLogs(database: Queryable): Promise<SignedLog[]> {
  const { rows } = await database.query<LogRow>(
    `SELECT DISTINCT ON (k.site_id) k.site_id, k.vkey, r.body,
       (SELECT count(*)::int FROM log_key a WHERE a.site_id = k.site_id AND a.kind = 'log') AS keys
     FROM log_key k JOIN registry r ON r.site_id = k.site_id AND r.adopted_index IS NOT NULL
     WHERE k.kind = 'log' ORDER BY k.site_id, k.created_at DESC, r.version DESC`,
  );
  return rows.map(({ site_id, vkey, keys, body }) => ({
    siteId: site_id,
    vkey,
    keys,
    registry: siteRegistrySchema.parse(parseJson(body)),
  }));
}

/** Whether the log has an entry that adopts a key, and whether a checkpoint covers it. */
export async function isAdopted(
  database: Queryable,
  siteId: string,
  digest: string,
): Promise<{ readonly entered: boolean; readonly signed: boolean }> {
  const { rows } = await database.query<{ signed: boolean | null }>(
    `SELECT log_index < (SELECT max(size) FROM checkpoint c WHERE c.site_id = $1) AS signed
     FROM log_key_adoption WHERE site_id = $1 AND digest = $2 ORDER BY log_index LIMIT 1`,
    [siteId, digest],
  );
  return { entered: rows.length > 0, signed: rows[0]?.signed === true };
}
