import { type LotState, type RunState, decodeState } from '#custody';
import type { Snapshot } from '../answers/snapshots.js';
import { type BookedLot, CHILDREN_MAX, type LotBook } from './lot-book.js';
import type { LotAnswer } from './lots.schema.js';

export interface LotRow {
  site_id: string;
  lot_id: string;
  local_id: string;
  status: LotAnswer['state'];
  stream: LotAnswer['stream'];
  material_class: string;
  visit_id: string | null;
  run_id: string | null;
  model: LotAnswer['model'];
  pass: number;
  place: string | null;
  keeps_grade: string | null;
  weighed_mg: string;
  pieces: string;
  opened_time: Date;
  opened_index: string;
  changed_index: string;
}

export const LOT_COLUMNS = `site_id, lot_id, local_id, status, stream, material_class, visit_id,
  run_id, model, pass, place, keeps_grade, weighed_mg, pieces, opened_time, opened_index,
  changed_index`;

/** The lots of a site as they are. */
export class StoredLots implements LotBook {
  constructor(
    private readonly db: Snapshot,
    private readonly siteId: string,
  ) {}

  async lot(lotId: string): Promise<BookedLot | null> {
    const [row] = await this.db.query<(LotRow & { state: string })[]>(
      `SELECT ${LOT_COLUMNS}, state::text AS state FROM lot WHERE site_id = $1 AND lot_id = $2`,
      [this.siteId, lotId],
    );
    if (row === undefined) return null;
    // The ledger is the only writer, and this is what it keeps.
    return { answer: lotAnswerOf(row), state: decodeState(row.state) as LotState };
  }

  async lots(lotIds: readonly string[]): Promise<LotAnswer[]> {
    if (lotIds.length === 0) return [];
    const rows = await this.db.query<LotRow[]>(
      `SELECT ${LOT_COLUMNS} FROM lot WHERE site_id = $1 AND lot_id = ANY($2) ORDER BY lot_id`,
      [this.siteId, lotIds],
    );
    return rows.map(lotAnswerOf);
  }

  async childrenOf(lotId: string): Promise<LotAnswer[]> {
    const rows = await this.db.query<LotRow[]>(
      `SELECT ${LOT_COLUMNS} FROM lot
       WHERE parents @> ARRAY[$2::text] AND site_id = $1 ORDER BY lot_id LIMIT ${CHILDREN_MAX}`,
      [this.siteId, lotId],
    );
    return rows.map(lotAnswerOf);
  }

  async runs(runIds: readonly string[]): Promise<RunState[]> {
    if (runIds.length === 0) return [];
    const rows = await this.db.query<{ state: string }[]>(
      `SELECT state::text AS state FROM run
       WHERE site_id = $1 AND run_id = ANY($2) ORDER BY run_id`,
      [this.siteId, runIds],
    );
    return rows.map(({ state }) => decodeState(state) as RunState);
  }
}

export const lotAnswerOf = (row: LotRow): LotAnswer => ({
  siteId: row.site_id,
  lotId: row.lot_id,
  state: row.status,
  stream: row.stream,
  grade: row.material_class,
  visitId: row.visit_id,
  runId: row.run_id,
  model: row.model,
  pass: row.pass,
  place: row.place,
  keepsGrade: row.keeps_grade,
  weighedMg: row.weighed_mg,
  pieces: row.pieces,
  openedTime: row.opened_time.toISOString(),
  openedIndex: Number(row.opened_index),
  changedIndex: Number(row.changed_index),
});
