import { type Custody, type LotState, type RunState, decodeState } from '#custody';
import { rootMg, turnoverAnswer } from '../answers/fields.js';
import type { Snapshot } from '../answers/snapshots.js';
import { exceptionsAbout } from '../exceptions/exceptions.store.js';
import { factsAbout } from '../runs/facts.store.js';
import { contributionsOf } from './contributions.js';
import type { LotAnswer, LotDetailAnswer } from './lots.schema.js';

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
  weighed_mg: string;
  pieces: string;
  opened_time: Date;
  opened_index: string;
  changed_index: string;
}

export const LOT_COLUMNS = `site_id, lot_id, local_id, status, stream, material_class, visit_id,
  run_id, model, pass, place, weighed_mg, pieces, opened_time, opened_index, changed_index`;

/** A lot with all that is known of it and its neighbours; null when there is none of that id. */
export async function readLot(
  db: Snapshot,
  siteId: string,
  lotId: string,
): Promise<LotDetailAnswer | null> {
  const [row] = await db.query<(LotRow & { state: string })[]>(
    `SELECT ${LOT_COLUMNS}, state::text AS state FROM lot WHERE site_id = $1 AND lot_id = $2`,
    [siteId, lotId],
  );
  if (row === undefined) return null;
  // The ledger is the only writer, and this is what it keeps.
  const lot = decodeState(row.state) as LotState;
  return {
    ...lotAnswerOf(row),
    ...bookedOf(lot),
    parents: await readParents(db, siteId, lot),
    children: await readChildren(db, siteId, lotId),
    facts: await factsAbout(db, siteId, lotId),
    exceptions: await exceptionsAbout(db, lotId),
  };
}

const bookedOf = (
  lot: LotState,
): Omit<LotDetailAnswer, keyof LotAnswer | 'parents' | 'children' | 'facts' | 'exceptions'> => ({
  origin: lot.origin,
  custody: lot.custody === null ? null : custodyAnswerOf(lot.custody),
  quarantine: lot.quarantine === null ? null : quarantineAnswerOf(lot.quarantine),
  successor: lot.successor?.lotId ?? null,
  moisture: lot.moisture === null ? null : { ...lot.moisture },
  ewc: lot.ewc,
  originText: lot.originText,
  weighed: turnoverAnswer(lot.weighed),
  weighedUncertaintyMg: rootMg(lot.uncertaintyMg2),
  variance: turnoverAnswer(lot.variance),
  estimated: Object.keys(lot.estimated)
    .sort()
    .map((name) => ({ class: name, ...turnoverAnswer(lot.estimated[name]!) })),
  receivedMg: String(lot.receivedMg),
  dispatchedMg: String(lot.dispatchedMg),
  assays: lot.assays.map(({ assayId, logIndex, method, fractions }) => ({
    assayId,
    logIndex,
    method,
    fractions: fractions.map(({ analyte, ppm, uncertaintyPpm }) => ({
      analyte,
      ppm,
      uncertaintyPpm,
    })),
  })),
});

const custodyAnswerOf = (custody: Custody): NonNullable<LotDetailAnswer['custody']> => ({
  model: custody.model,
  origin: custody.origin,
  shares: Object.keys(custody.shares)
    .sort()
    .map((characteristic) => ({
      characteristic,
      numerator: String(custody.shares[characteristic]!.numerator),
      denominator: String(custody.shares[characteristic]!.denominator),
    })),
});

/** Who set it apart stays in the log. */
const quarantineAnswerOf = ({
  reason,
  mandatory,
  sinceIndex,
}: NonNullable<LotState['quarantine']>): NonNullable<LotDetailAnswer['quarantine']> => ({
  reason,
  mandatory,
  sinceIndex,
});

/** Every parent, with what came from it: in the yard as it was stated, through runs by their feeds. */
async function readParents(
  db: Snapshot,
  siteId: string,
  lot: LotState,
): Promise<LotDetailAnswer['parents']> {
  const runs = await readRuns(db, siteId, lot.runs ?? []);
  const contributions = contributionsOf(lot, runs);
  const rows = await readLots(db, siteId, lot.parents);
  return rows.map((row) => ({ ...row, contributions: contributions.get(row.lotId) ?? [] }));
}

async function readRuns(
  db: Snapshot,
  siteId: string,
  runIds: readonly string[],
): Promise<RunState[]> {
  if (runIds.length === 0) return [];
  const rows = await db.query<{ state: string }[]>(
    `SELECT state::text AS state FROM run WHERE site_id = $1 AND run_id = ANY($2) ORDER BY run_id`,
    [siteId, runIds],
  );
  return rows.map(({ state }) => decodeState(state) as RunState);
}

async function readLots(
  db: Snapshot,
  siteId: string,
  lotIds: readonly string[],
): Promise<LotAnswer[]> {
  if (lotIds.length === 0) return [];
  const rows = await db.query<LotRow[]>(
    `SELECT ${LOT_COLUMNS} FROM lot WHERE site_id = $1 AND lot_id = ANY($2) ORDER BY lot_id`,
    [siteId, lotIds],
  );
  return rows.map(lotAnswerOf);
}

async function readChildren(db: Snapshot, siteId: string, lotId: string): Promise<LotAnswer[]> {
  const rows = await db.query<LotRow[]>(
    `SELECT ${LOT_COLUMNS} FROM lot
     WHERE parents @> ARRAY[$2::text] AND site_id = $1 ORDER BY lot_id LIMIT 200`,
    [siteId, lotId],
  );
  return rows.map(lotAnswerOf);
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
  weighedMg: row.weighed_mg,
  pieces: row.pieces,
  openedTime: row.opened_time.toISOString(),
  openedIndex: Number(row.opened_index),
  changedIndex: Number(row.changed_index),
});
