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

  async childrenOf(lotIds: readonly string[], limit: number): Promise<Kin[]> {
    if (lotIds.length === 0) return [];
    const rows = await this.db.query<KinRow[]>(
      `SELECT ${KIN_COLUMNS} FROM lot
       WHERE parents && $2::text[] AND site_id = $1 ORDER BY lot_id LIMIT ${limit}`,
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
