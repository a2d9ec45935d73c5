import { BadRequestException } from '@nestjs/common';
import {
  type LotState,
  type RunState,
  type ShipmentState,
  type YardStates,
  decodeState,
} from '#custody';
import type { Snapshot } from '../answers/snapshots.js';
import type { PastSite } from '../as-of/past-site.js';

/** States of one kind that a report reads: some 3 kB each, so at most some 200 MB and seconds. */
const STATES_MAX = 20_000;

/** Which lots a report is about, with their runs and shipments. */
export interface ReportScope {
  readonly siteId: string;
  readonly stream: string;
  /** Lots opened from then on; null: all. */
  readonly from: Date | null;
}

/** As the books are now. 400 where there is too much for one answer. */
export async function readReportStates(db: Snapshot, scope: ReportScope): Promise<YardStates> {
  const { siteId, stream, from } = scope;
  const lots = await statesOf<LotState>(
    db,
    `SELECT state::text AS state FROM lot WHERE site_id = $1 AND stream = $2
     AND ($3::timestamptz IS NULL OR opened_time >= $3) ORDER BY lot_id LIMIT $4`,
    [siteId, stream, from],
  );
  const runs = await statesOf<RunState>(
    db,
    `SELECT state::text AS state FROM run WHERE site_id = $1 AND stream = $2
     AND ($3::timestamptz IS NULL OR opened_time >= $3) ORDER BY run_id LIMIT $4`,
    [siteId, stream, from],
  );
  const since = lots.reduce((least, lot) => Math.min(least, lot.openedIndex), Infinity);
  const shipments = await statesOf<ShipmentState>(
    db,
    `SELECT state::text AS state FROM shipment WHERE site_id = $1
     AND log_index >= $2 ORDER BY shipment_id LIMIT $3`,
    [siteId, Number.isFinite(since) ? since : 0],
  );
  return ofTheseLots({ lots, runs, shipments });
}

/** As it was known. */
export function pastReportStates(past: PastSite, { stream, from }: ReportScope): YardStates {
  const inScope = (state: { readonly stream: string; readonly openedTime: string }): boolean =>
    state.stream === stream && (from === null || new Date(state.openedTime) >= from);
  return ofTheseLots({
    lots: bounded([...past.lots.values()].filter(inScope)),
    runs: bounded([...past.runs.values()].filter(inScope)),
    shipments: bounded([...past.shipments.values()]),
  });
}

/** Shipments of other streams' lots carry nothing of these. */
function ofTheseLots({ lots, runs, shipments }: YardStates): YardStates {
  const known = new Set(lots.map(({ lotId }) => lotId));
  return {
    lots,
    runs,
    shipments: shipments.filter(({ lines }) => lines.some(({ lotId }) => known.has(lotId))),
  };
}

async function statesOf<State>(
  db: Snapshot,
  query: string,
  parameters: readonly unknown[],
): Promise<State[]> {
  const rows = await db.query<{ state: string }[]>(query, [...parameters, STATES_MAX + 1]);
  // The ledger is the only writer, and this is what it keeps.
  return bounded(rows).map(({ state }) => decodeState(state) as State);
}

function bounded<Row>(rows: Row[]): Row[] {
  if (rows.length <= STATES_MAX) return rows;
  throw new BadRequestException(
    `from: more than ${STATES_MAX} lots, runs or shipments since then; give a later time`,
  );
}
