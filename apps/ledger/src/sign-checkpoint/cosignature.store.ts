import type { Pool } from '#database';

/** The newest checkpoint of a site. */
export interface NewestCheckpoint {
  readonly siteId: string;
  readonly size: number;
  readonly note: string;
}

export async function readNewest(
  pool: Pool,
  partitions: Iterable<number>,
): Promise<NewestCheckpoint[]> {
  const { rows } = await pool.query<{ site_id: string; size: string; note: string }>({
    name: 'read-newest-checkpoints',
    text: `SELECT s.site_id, c.size, c.note FROM site s CROSS JOIN LATERAL (
        SELECT size, note FROM checkpoint c WHERE c.site_id = s.site_id
        ORDER BY size DESC LIMIT 1) c
      WHERE s.partition = ANY($1::integer[])`,
    values: [[...partitions]],
  });
  return rows.map(({ site_id, size, note }) => ({ siteId: site_id, size: Number(size), note }));
}

/** One line a witness and size: what a witness says again of one size adds nothing. */
export async function insertCosignatures(
  pool: Pool,
  siteId: string,
  size: number,
  lines: ReadonlyMap<string, string>,
): Promise<void> {
  await pool.query({
    name: 'insert-cosignatures',
    text: `INSERT INTO cosignature (site_id, size, witness, line)
      SELECT $1, $2, witness, line FROM unnest($3::text[], $4::text[]) AS rows (witness, line)
      ON CONFLICT (site_id, size, witness) DO NOTHING`,
    values: [siteId, size, [...lines.keys()], [...lines.values()]],
  });
}
