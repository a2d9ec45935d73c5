import type { PoolClient } from '#database';

/** Invariants that the books are held to while they run, by their names in the ledger's reference. */
export const INVARIANTS = ['I2', 'I3', 'I5', 'I6', 'I7', 'I10', 'I11', 'I14', 'I17'] as const;
export type Invariant = (typeof INVARIANTS)[number];

/** Something that must not be; there are no rows where all is well. */
export interface BrokenRow {
  readonly invariant: Invariant;
  readonly siteId: string;
  readonly what: string;
}

/** Rows told of an invariant; what is broken is broken with fewer, too. */
const ROWS_MAX = 20;
/** Chunks looked at before the newest: all of them are the audit's to read. */
const CHUNKS = 1_000;

/** Balances of the sites, with the account they are of. */
const HELD = `held AS MATERIALIZED (
  SELECT a.site_id, a.key, a.book, a.kind, a.owner, b.debits_mg - b.credits_mg AS mg
  FROM account a JOIN balance b ON b.account_id = a.id
  WHERE a.site_id IN (SELECT site_id FROM owned))`;

const CHECKS: Readonly<Record<Invariant, string>> = {
  I2: `SELECT site_id, 'book ' || book || ' is off by ' || sum(mg) || ' mg' FROM held
    GROUP BY site_id, book HAVING sum(mg) <> 0`,
  I3: `SELECT l.site_id, l.lot_id || ' says ' || l.weighed_mg || ' mg, its account ' || h.mg
    FROM lot l JOIN held h ON h.site_id = l.site_id AND h.key = 'W:lot:' || l.lot_id
    WHERE l.weighed_mg <> h.mg`,
  I5: `SELECT site_id, key || ' holds ' || mg || ' mg' FROM held
    WHERE book = 'W' AND kind = 'lot' AND mg < 0`,
  I6: `SELECT h.site_id, h.key || ' holds ' || h.mg || ' mg' FROM held h
    WHERE h.mg <> 0 AND h.book = 'W' AND (h.kind = 'transformation' OR h.kind = 'run' AND EXISTS (
      SELECT FROM run r WHERE r.site_id = h.site_id AND r.run_id = h.owner
        AND r.status = 'balanced'))`,
  I7: `SELECT site_id, key || ' holds ' || mg || ' mg' FROM held
    WHERE book = 'W' AND kind = 'transit' AND mg < 0`,
  I10: `SELECT site_id, key || ' holds ' || mg || ' mg' FROM held
    WHERE book = 'C' AND kind IN ('credit', 'claim', 'unit') AND mg < 0`,
  I11: `SELECT l.site_id, l.lot_id || ' is ' || l.status || ' and holds ' || l.weighed_mg || ' mg'
    FROM lot l JOIN owned USING (site_id)
    WHERE l.status IN ('consumed', 'counted', 'dispatched') AND l.weighed_mg <> 0`,
  I14: `SELECT c.site_id, 'entries ' || c.first_index || ' follow ' || c.before
    FROM owned CROSS JOIN LATERAL (
      SELECT site_id, first_index, lag(first_index + n) OVER (ORDER BY first_index) AS before
      FROM (SELECT * FROM chunk WHERE site_id = owned.site_id
        ORDER BY first_index DESC LIMIT ${CHUNKS}) AS newest) AS c
    WHERE c.before <> c.first_index
    UNION ALL SELECT s.site_id, 'the tree has ' || s.tree_size || ' entries, the log ' || c.size
    FROM site s JOIN owned USING (site_id) CROSS JOIN LATERAL (
      SELECT first_index + n AS size FROM chunk WHERE site_id = s.site_id
      ORDER BY first_index DESC LIMIT 1) AS c
    WHERE c.size <> s.tree_size`,
  I17: `SELECT s.site_id, c.size || ' entries are signed, the tree has ' || s.tree_size
    FROM site s JOIN owned USING (site_id) CROSS JOIN LATERAL (
      SELECT size FROM checkpoint WHERE site_id = s.site_id ORDER BY size DESC LIMIT 1) AS c
    WHERE c.size > s.tree_size`,
};

const STATEMENT = `WITH owned AS (SELECT site_id FROM site WHERE partition = ANY($1::integer[])),
${HELD}
${INVARIANTS.map(
  (name) => `(SELECT '${name}' AS invariant, t.* FROM (${CHECKS[name]}) AS t (site_id, what)
  LIMIT ${ROWS_MAX})`,
).join('\nUNION ALL ')}`;

/** What is broken in the sites of these partitions, all at one moment of the database. */
export async function readBroken(
  client: PoolClient,
  partitions: readonly number[],
): Promise<BrokenRow[]> {
  const { rows } = await client.query<{ invariant: Invariant; site_id: string; what: string }>(
    STATEMENT,
    [partitions],
  );
  return rows.map(({ invariant, site_id: siteId, what }) => ({ invariant, siteId, what }));
}
