import { FACTS } from '#contracts';
import { type LotState, type RunState, decodeState } from '#custody';
import type { Snapshot } from '../answers/snapshots.js';
import { exceptionsAbout } from '../exceptions/exceptions.store.js';
import { factsAbout } from './facts.store.js';
import { figuresAnswerOf } from './figures.js';
import { processAnswerOf } from './process-answer.js';
import { outletsOf } from './outlets.js';
import type { RunAnswer, RunDetailAnswer } from './runs.schema.js';

export interface RunFilter {
  readonly site?: string | undefined;
  readonly state?: string | undefined;
  /** Opening time and id of the last one of the page before. */
  readonly after: readonly [string, string] | null;
  readonly limit: number;
}

interface RunRow {
  site_id: string;
  run_id: string;
  status: RunAnswer['state'];
  line_id: string | null;
  stream: string;
  recipe: string | null;
  unaccounted_mg: string;
  pieces: string;
  opened_time: Date;
  closed_time: Date | null;
  opened_index: string;
  changed_index: string;
}

const COLUMNS = `u.site_id, u.run_id, u.status, u.line_id, u.stream, u.recipe, u.unaccounted_mg,
  u.pieces, u.opened_time, u.closed_time, u.opened_index, u.changed_index`;

/** Newest first. The index is by site, so each site gives its newest and these are merged. */
export async function listRuns(
  db: Snapshot,
  { site, state, after, limit }: RunFilter,
): Promise<RunAnswer[]> {
  const rows = await db.query<RunRow[]>(
    `SELECT newest.* FROM site s CROSS JOIN LATERAL (
       SELECT ${COLUMNS} FROM run u
       WHERE u.site_id = s.site_id AND ($2::text IS NULL OR u.status = $2)
         AND ($3::timestamptz IS NULL OR (u.opened_time, u.run_id) < ($3, $4::text))
       ORDER BY u.opened_time DESC, u.run_id DESC LIMIT $5
     ) newest
     WHERE $1::text IS NULL OR s.site_id = $1
     ORDER BY newest.opened_time DESC, newest.run_id DESC LIMIT $5`,
    [site ?? null, state ?? null, after?.[0] ?? null, after?.[1] ?? null, limit],
  );
  return rows.map(toAnswer);
}

export interface BookedRun {
  readonly answer: RunAnswer;
  readonly state: RunState;
}

/** Null when there is none of that id. */
export async function readRun(
  db: Snapshot,
  siteId: string,
  runId: string,
): Promise<BookedRun | null> {
  const [row] = await db.query<(RunRow & { state: string })[]>(
    `SELECT ${COLUMNS}, u.state::text AS state FROM run u WHERE u.site_id = $1 AND u.run_id = $2`,
    [siteId, runId],
  );
  if (row === undefined) return null;
  // The ledger is the only writer, and this is what it keeps.
  return { answer: toAnswer(row), state: decodeState(row.state) as RunState };
}

/** Lots that were fed to a run, and that it makes. */
export const lotsOfRun = ({ feeds, outlets }: RunState): string[] => [
  ...new Set([...feeds, ...outlets].map(({ lotId }) => lotId)),
];

export async function readLotStates(
  db: Snapshot,
  siteId: string,
  lotIds: readonly string[],
): Promise<Map<string, LotState>> {
  const rows = await db.query<{ lot_id: string; state: string }[]>(
    'SELECT lot_id, state::text AS state FROM lot WHERE site_id = $1 AND lot_id = ANY($2)',
    [siteId, lotIds],
  );
  return new Map(rows.map((row) => [row.lot_id, decodeState(row.state) as LotState]));
}

/** A run with all that is known of it. */
export async function runDetail(
  { answer, state: run }: BookedRun,
  db: Snapshot,
  lots: ReadonlyMap<string, LotState>,
  below: number | null,
): Promise<RunDetailAnswer> {
  const { siteId, runId } = answer;
  return {
    ...answer,
    inputs: run.inputs,
    feeds: run.feeds.map(({ source, lotId, cumulativeMg, uncertaintyMg }) => ({
      source,
      lotId,
      cumulativeMg: String(cumulativeMg),
      uncertaintyMg: String(uncertaintyMg),
    })),
    outlets: outletsOf(run, lots),
    process: processAnswerOf([run], lots),
    figures: figuresAnswerOf(run, lots),
    losses: run.losses.map(({ account, massMg, uncertaintyMg }) => ({
      account,
      massMg: String(massMg),
      uncertaintyMg: String(uncertaintyMg),
    })),
    balance: await readBalance(db, siteId, run.balancedSeq),
    facts: await factsAbout(db, siteId, runId, below),
    exceptions: await exceptionsAbout(db, runId, below),
  };
}

async function readBalance(
  db: Snapshot,
  siteId: string,
  seq: number | null,
): Promise<RunDetailAnswer['balance']> {
  if (seq === null) return null;
  const [row] = await db.query<{ log_index: string; time: Date; data: Buffer }[]>(
    'SELECT log_index, time, data FROM fact WHERE site_id = $1 AND seq = $2',
    [siteId, seq],
  );
  if (row === undefined) return null;
  const data = FACTS.runBalanced.schema.parse(JSON.parse(row.data.toString('utf8')));
  return { seq, logIndex: Number(row.log_index), time: row.time.toISOString(), data };
}

const toAnswer = (row: RunRow): RunAnswer => ({
  siteId: row.site_id,
  runId: row.run_id,
  state: row.status,
  lineId: row.line_id,
  stream: row.stream,
  recipe: row.recipe,
  unaccountedMg: row.unaccounted_mg,
  pieces: row.pieces,
  openedTime: row.opened_time.toISOString(),
  closedTime: row.closed_time?.toISOString() ?? null,
  openedIndex: Number(row.opened_index),
  changedIndex: Number(row.changed_index),
});
