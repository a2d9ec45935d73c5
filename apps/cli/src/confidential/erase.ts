import { type Pool, transaction } from '#database';

/** What to erase: everything about an id, or one field of it. */
export interface ErasureWanted {
  readonly about: string;
  /** Null: every field. */
  readonly field: string | null;
  readonly actor: string;
  readonly reason: string;
}

export interface Erased {
  readonly siteId: string;
  readonly about: string;
  readonly field: string;
  readonly commitment: string;
}

/**
 * Deletes openings and keeps on record that they were deleted, in one transaction, as the role
 * `eraser`: nobody else may. The log is not touched; what it holds says nothing any more.
 */
export function erase(pool: Pool, wanted: ErasureWanted): Promise<Erased[]> {
  return transaction(pool, async (client) => {
    await client.query('SET LOCAL ROLE eraser');
    const { rows } = await client.query<Record<keyof Erased, string>>(
      `WITH gone AS (
         DELETE FROM opening WHERE about = $1 AND ($2::text IS NULL OR field = $2)
         RETURNING site_id, about, field, commitment)
       INSERT INTO erasure (site_id, about, field, commitment, actor, reason)
       SELECT site_id, about, field, commitment, $3, $4 FROM gone ORDER BY field, commitment
       RETURNING site_id AS "siteId", about, field, commitment`,
      [wanted.about, wanted.field, wanted.actor, wanted.reason],
    );
    return rows;
  });
}
