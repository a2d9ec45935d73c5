import { type SiteRegistry, parseJson, siteRegistrySchema } from '#contracts';
import type { Queryable } from '#database';

/** A site whose log is open, with the version of its registry that is in force. */
export async function readSites(database: Queryable): Promise<SiteRegistry[]> {
  const { rows } = await database.query<{ body: Buffer }>(
    `SELECT DISTINCT ON (site_id) body FROM registry WHERE adopted_index IS NOT NULL
     ORDER BY site_id, version DESC`,
  );
  return rows.map(({ body }) => siteRegistrySchema.parse(parseJson(body)));
}

export interface BookInForce {
  readonly name: string;
  readonly version: number;
  readonly digest: string;
}

/** Of each book's name what the log of the site has adopted last. */
export async function readBooks(
  database: Queryable,
  siteId: string,
): Promise<ReadonlyMap<string, BookInForce>> {
  const { rows } = await database.query<{ name: string; version: string; digest: string }>(
    `SELECT DISTINCT ON (name) name, version, digest FROM book_adoption WHERE site_id = $1
     ORDER BY name, log_index DESC`,
    [siteId],
  );
  return new Map(rows.map((row) => [row.name, { ...row, version: Number(row.version) }]));
}
