import type { Pool } from '#database';

/** Columns that say when, by whom or under which number, not what. */
const INCIDENTAL = [
  'topic',
  'epoch',
  'owner',
  'claimed_at',
  'committed_at',
  'record_time',
  'announced_at',
  'cluster_id',
];

const TABLES = [
  'fence',
  'site',
  'registry',
  'boot',
  'digest_block',
  'parked',
  'tile',
  'total',
  'lot',
  'run',
  'visit',
  'shipment',
  'fact',
  'exception',
  'credit',
  'claim',
  'period',
  'correction',
  'opening',
  'notice',
];

const BALANCES = `SELECT a.key, b.debits_mg, b.credits_mg
  FROM balance b JOIN account a ON a.id = b.account_id ORDER BY 1`;

const POSTINGS = `SELECT d.key AS debit, c.key AS credit, p.code, sum(p.mass_mg) AS mass_mg
  FROM posting p JOIN account d ON d.id = p.debit JOIN account c ON c.id = p.credit
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;

/**
 * All that the ledger holds, so that two histories of one stream can be compared: postings summed
 * by (debit, credit, code), for what is netted depends on where batches were cut.
 */
export async function snapshot(pool: Pool): Promise<Record<string, readonly unknown[]>> {
  const content: Record<string, readonly unknown[]> = {};
  for (const table of TABLES) {
    const { rows } = await pool.query<{ row: string }>(
      `SELECT (to_jsonb(t) - $1::text[])::text AS row FROM ${table} t ORDER BY 1`,
      [INCIDENTAL],
    );
    content[table] = rows.map(({ row }) => row);
  }
  content['balances'] = (await pool.query(BALANCES)).rows;
  content['postings'] = (await pool.query(POSTINGS)).rows;
  return content;
}

/**
 * Empties every table but the enrolment, as if nothing had been booked yet. `unguarded` is a pool
 * whose writes no trigger sees.
 */
export async function forgetBooks(unguarded: Pool): Promise<void> {
  const { rows } = await unguarded.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables
     WHERE schemaname = 'public' AND tablename NOT IN ('migration', 'registry')`,
  );
  await unguarded.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')}`);
  await unguarded.query('UPDATE registry SET adopted_index = NULL');
}
