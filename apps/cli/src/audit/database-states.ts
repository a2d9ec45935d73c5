import { type WorkingSet, decodeState, encodeState } from '#custody';
import type { DatabaseReader } from './database.reader.js';
import type { Findings } from './findings.js';

/** A table of states: its key, and what its columns must say of the state beside them. */
interface StateTable {
  readonly table: string;
  readonly key: string;
  readonly columns: string;
  readonly made: (set: WorkingSet) => ReadonlyMap<string, unknown>;
}

const mg = (turnover: string): string =>
  `(state #>> '{${turnover},debitsMg,$int}')::numeric - (state #>> '{${turnover},creditsMg,$int}')::numeric`;

const TABLES: readonly StateTable[] = [
  {
    table: 'lot',
    key: 'lot_id',
    columns: `lot_id = state ->> 'lotId' AND status = state ->> 'status'
      AND stream = state ->> 'stream' AND material_class = state ->> 'materialClass'
      AND weighed_mg = ${mg('weighed')} AND pieces = (state #>> '{pieces,$int}')::bigint
      AND to_jsonb(parents) = state -> 'parents' AND pass = (state ->> 'pass')::integer
      AND model IS NOT DISTINCT FROM state #>> '{custody,model}'
      AND place IS NOT DISTINCT FROM state ->> 'place'
      AND keeps_grade IS NOT DISTINCT FROM state #>> '{graded,keeps}'
      AND changed_index = (state ->> 'changedIndex')::bigint`,
    made: ({ lots }) => lots,
  },
  {
    table: 'run',
    key: 'run_id',
    columns: `run_id = state ->> 'runId' AND status = state ->> 'status'
      AND stream = state ->> 'stream' AND recipe IS NOT DISTINCT FROM state ->> 'recipe'
      AND unaccounted_mg = (state #>> '{unaccountedMg,$int}')::numeric
      AND pieces = (state #>> '{pieces,$int}')::bigint
      AND changed_index = (state ->> 'changedIndex')::bigint`,
    made: ({ runs }) => runs,
  },
  {
    table: 'visit',
    key: 'visit_id',
    columns: `visit_id = state ->> 'visitId' AND direction IS NOT DISTINCT FROM state ->> 'direction'
      AND changed_index = (state ->> 'changedIndex')::bigint`,
    made: ({ visits }) => visits,
  },
  {
    table: 'shipment',
    key: 'shipment_id',
    columns: `shipment_id = state ->> 'shipmentId' 
      AND consignee IS NOT DISTINCT FROM state ->> 'consignee'`,
    made: ({ shipments }) => shipments,
  },
  {
    table: 'credit',
    key: `characteristic || '/' || period`,
    columns: `characteristic = state ->> 'characteristic'
      AND period = (state ->> 'period')::integer
      AND changed_index = (state ->> 'changedIndex')::bigint`,
    made: ({ office }) => office.credits,
  },
  {
    table: 'claim',
    key: 'claim_id',
    columns: `claim_id = state ->> 'claimId' AND model = state ->> 'model'
      AND status = state ->> 'status' AND characteristic = state ->> 'characteristic'
      AND lot_id IS NOT DISTINCT FROM state ->> 'lotId'
      AND changed_index = (state ->> 'changedIndex')::bigint`,
    made: ({ office }) => office.claims,
  },
  {
    table: 'correction',
    key: `source || ' ' || boot || '.' || seq`,
    columns: `source = state ->> 'source' AND boot = (state ->> 'boot')::bigint
      AND seq = (state ->> 'seq')::bigint AND errs = (state ->> 'errs')::bigint
      AND changed_index = (state ->> 'changedIndex')::bigint`,
    made: ({ office }) => office.corrections,
  },
];

/** What rests on stream time between entries, which a log does not hold. */
const NOT_IN_THE_LOG: ReadonlySet<string> = new Set(['deadlineMs']);

/** Compares states with those of the re-fold, and columns with states; returns how many. */
export async function compareStates(
  reader: DatabaseReader,
  set: WorkingSet,
  findings: Findings,
): Promise<number> {
  let compared = 0;
  for (const { table, key, columns, made } of TABLES) {
    const rows = await reader.rows<{ id: string; state: string; agrees: boolean | null }>(
      `SELECT ${key} AS id, state::text AS state, ${columns} AS agrees
       FROM ${table} WHERE site_id = $1`,
    );
    const stored = new Map(rows.map(({ id, state }) => [id, canonical(decodeState(state))]));
    for (const { id, agrees } of rows) {
      if (agrees === true) continue;
      const what = `${table} ${id}: its columns are not those of its state`;
      findings.add('database-state', null, what);
    }
    const known = [...made(set)].filter(([, state]) => state !== null);
    const expected = new Map(known.map(([id, state]) => [id, canonical(state)]));
    for (const id of new Set([...expected.keys(), ...stored.keys()])) {
      compared++;
      if (expected.get(id) === stored.get(id)) continue;
      const what = `${table} ${id}: ${difference(expected.get(id), stored.get(id))}`;
      findings.add('database-state', null, what);
    }
  }
  await compareSite(reader, set, findings);
  return compared + (await compareTotals(reader, set, findings));
}

/** Members in one order, bigints exact. */
function canonical(state: unknown): string {
  return encodeState(state === null || typeof state !== 'object' ? state : sorted(state));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !NOT_IN_THE_LOG.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

/** The first member that differs, for people. */
function difference(made: string | undefined, stored: string | undefined): string {
  if (made === undefined) return 'the log makes none, the database has one';
  if (stored === undefined) return 'the log makes one, the database has none';
  const [should, is] = [made, stored].map((text) => JSON.parse(text) as Record<string, unknown>);
  const names = Object.keys({ ...should, ...is });
  const name = names.find((one) => JSON.stringify(should![one]) !== JSON.stringify(is![one]))!;
  const told = (member: unknown): string =>
    member === undefined ? 'none' : JSON.stringify(member).slice(0, 200);
  return `${name}: the log makes ${told(should![name])}, the database has ${told(is![name])}`;
}

/** What the office has put in force (rules, factors, the open period), and the watches of scales and sensors. */
async function compareSite(
  reader: DatabaseReader,
  { site }: WorkingSet,
  findings: Findings,
): Promise<void> {
  const [row] = await reader.rows<{ policy: unknown; scales: unknown; sensors: unknown }>(
    'SELECT policy, scales, sensors FROM site WHERE site_id = $1',
  );
  for (const name of ['policy', 'scales', 'sensors'] as const) {
    const [made, stored] = [canonical(site[name]), canonical(row?.[name] ?? null)];
    if (made === stored) continue;
    findings.add('database-state', null, `${name}: ${difference(made, stored)}`);
  }
}

async function compareTotals(
  reader: DatabaseReader,
  set: WorkingSet,
  findings: Findings,
): Promise<number> {
  const rows = await reader.rows<{ key: string; figures: string }>(
    `SELECT stream || '/' || class AS key, concat_ws(' ', weighed_debits_mg, weighed_credits_mg,
       estimated_debits_mg, estimated_credits_mg, pieces) AS figures
     FROM total WHERE site_id = $1`,
  );
  const stored = new Map(rows.map(({ key, figures }) => [key, figures]));
  const made = new Map(
    [...set.totals].map(([key, { weighed, estimated, pieces }]) => {
      const sides = [weighed.debitsMg, weighed.creditsMg, estimated.debitsMg, estimated.creditsMg];
      return [key, [...sides, pieces].join(' ')];
    }),
  );
  for (const key of new Set([...made.keys(), ...stored.keys()])) {
    if (made.get(key) === stored.get(key)) continue;
    const [should, is] = [made, stored].map((totals) => totals.get(key) ?? 'none');
    const what = `total ${key}: the log makes ${should}, the database has ${is}`;
    findings.add('database-state', null, what);
  }
  return made.size;
}
