import { type Contribution, decodeState } from '#custody';
import type { Snapshot } from '../answers/snapshots.js';
import type { Kin, Registrar } from './genealogy.js';
import { LOT_COLUMNS, type LotRow, lotAnswerOf } from './lots.store.js';

type KinRow = LotRow & { parents: string[]; contributions: string | null };

const KIN_COLUMNS = `${LOT_COLUMNS}, parents, (state -> 'contributions')::text AS contributions`;

/** Lots of one site; a genealogy does not leave its log. */
export class StoredKin implements Registrar {
  constructor(
    private readonly db: Snapshot,
    private readonly siteId: string,
  ) {}

  async byId(lotIds: readonly string[], limit: number): Promise<Kin[]> {
    if (lotIds.length === 0) return [];
    const rows = await this.db.query<KinRow[]>(
      `SELECT ${KIN_COLUMNS} FROM lot
       WHERE site_id = $1 AND lot_id = ANY($2) ORDER BY lot_id LIMIT ${limit}`,
      [this.siteId, lotIds],
    );
    return rows.map(kinOf);
  }

  /**
   * Parent by parent, so that each is looked up in the index of parents: of many at once the planner
   * believes that every lot has one, and reads the whole table in the order of the ids instead.
   */
  async childrenOf(lotIds: readonly string[], limit: number): Promise<Kin[]> {
    if (lotIds.length === 0) return [];
    const rows = await this.db.query<KinRow[]>(
      `WITH child AS MATERIALIZED (
         SELECT DISTINCT of_one.lot_id
         FROM unnest($2::text[]) AS parent (id)
         CROSS JOIN LATERAL (
           SELECT lot_id FROM lot WHERE parents @> ARRAY[parent.id] AND site_id = $1 OFFSET 0
         ) AS of_one
         ORDER BY of_one.lot_id LIMIT ${limit})
       SELECT ${KIN_COLUMNS} FROM child JOIN lot USING (lot_id)
       WHERE site_id = $1 ORDER BY lot_id`,
      [this.siteId, lotIds],
    );
    return rows.map(kinOf);
  }
}

const kinOf = (row: KinRow): Kin => ({
  answer: lotAnswerOf(row),
  parents: row.parents,
  // The ledger is the only writer, and this is what it keeps.
  contributions:
    row.contributions === null ? [] : (decodeState(row.contributions) as Contribution[]),
});
