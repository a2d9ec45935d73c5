import { PRODUCT_KEYS, type TreatmentRoute, productSlug, routeOf } from '#materials';
import type { DeviceRow } from './device-rows.js';
import { type Evidence, Evidences, Holding } from './holdings.js';
import type { YardStates } from './lot-flows.js';
import { smaller, sum } from './mass.js';
import type { LotState, RunState, ShipmentState } from './model.js';
import { traceContents } from './trace-contents.js';

/**
 * Mass of waste equipment by category, where it counts (Implementing Decision (EU) 2019/2193): what
 * enters a recycling or another recovery operation after preliminary treatment, less what that end
 * did not take. For every category, to the milligram,
 *
 *   treated = the sum of all other accounts but `hazardous`
 */
export interface WeeeAccounts {
  /** Taken apart or looked through at the benches of the site, mg. */
  readonly treated: Holding;
  /** Of `treated`, what was taken out as a hazard. */
  readonly hazardous: Holding;
  /** Whole devices that left from a lot of the class `reuse`. */
  readonly reuse: Holding;
  readonly recycling: Holding;
  readonly recovery: Holding;
  readonly disposal: Holding;
  /** Sent to somebody who treats it further: counted there, by them. */
  readonly preliminary: Holding;
  /** Sent, and nobody said into which operation. */
  readonly unstated: Holding;
  /** What the receiving end deducted, or sent back. */
  readonly notTaken: Holding;
  /** Fed to runs of this site. */
  readonly process: Holding;
  readonly stock: Holding;
  readonly lost: Holding;
  /** At outlets that no lot stands behind. */
  readonly unassigned: Holding;
}

/** Devices that came to benches, by category. */
export type DeviceCounts = ReadonlyMap<string, bigint>;

/** Category of a product that no book knows. */
export const NO_CATEGORY = 'none';
/** Class of an outlet that whole devices go to for another life. */
const REUSE_CLASS = 'reuse';
const REUSE = ' reuse';

const CATEGORIES = new Map(
  PRODUCT_KEYS.keys.map(({ key, weeeCategory }) => [productSlug(key), String(weeeCategory)]),
);
const WEIGHED: Evidence = { key: 'bench', basis: 'measured', relative: null };

const categoryOf = ({ product }: DeviceRow): string => CATEGORIES.get(product) ?? NO_CATEGORY;

/** Amount of a category in an account, mg. */
export const weeeMg = (holding: Holding, category: string): bigint =>
  holding.total(category) + holding.total(`${category}${REUSE}`);

export function deviceCounts(runs: readonly RunState[]): DeviceCounts {
  const counts = new Map<string, bigint>();
  for (const row of runs.flatMap(({ devices = [] }) => devices)) {
    if (row.kind !== null) continue;
    counts.set(categoryOf(row), (counts.get(categoryOf(row)) ?? 0n) + row.count);
  }
  return counts;
}

export function weeeAccounts(states: YardStates): WeeeAccounts {
  const evidences = new Evidences();
  const accounts = openAccounts(evidences);
  const known = new Set(states.lots.map(({ lotId }) => lotId));
  for (const run of states.runs) {
    for (const row of run.devices ?? []) {
      const behind = run.outlets.find(({ outlet }) => outlet === row.outlet)?.lotId;
      accounts.treated.add(categoryOf(row), WEIGHED, row.massMg);
      if (row.hazard !== null) accounts.hazardous.add(categoryOf(row), WEIGHED, row.massMg);
      if (behind === undefined || !known.has(behind)) {
        accounts.unassigned.add(categoryOf(row), WEIGHED, row.massMg);
      }
    }
  }
  const traced = traceContents(states, evidences, (lot, runs, inherited) => {
    const content = inherited.copy();
    for (const run of runs) addRows(content, lot, run);
    return content;
  });
  accounts.stock.addAll(traced.stock);
  accounts.lost.addAll(traced.lost);
  for (const run of states.runs) accounts.process.addAll(traced.fed.of(run));
  for (const shipment of states.shipments) {
    settle(accounts, shipment, traced.sent.of(shipment));
  }
  return accounts;
}

function openAccounts(evidences: Evidences): WeeeAccounts {
  const fresh = (): Holding => new Holding(evidences);
  return {
    treated: fresh(),
    hazardous: fresh(),
    reuse: fresh(),
    recycling: fresh(),
    recovery: fresh(),
    disposal: fresh(),
    preliminary: fresh(),
    unstated: fresh(),
    notTaken: fresh(),
    process: fresh(),
    stock: fresh(),
    lost: fresh(),
    unassigned: fresh(),
  };
}

function addRows(into: Holding, lot: LotState, run: RunState): void {
  const behind = run.outlets.filter(({ lotId }) => lotId === lot.lotId);
  for (const row of run.devices ?? []) {
    const planned = behind.find(({ outlet }) => outlet === row.outlet);
    if (planned === undefined) continue;
    const isReuse = row.whole && planned.targetClass === REUSE_CLASS;
    into.add(`${categoryOf(row)}${isReuse ? REUSE : ''}`, WEIGHED, row.massMg);
  }
}

/** A load counts for what its far end took of it. */
function settle(accounts: WeeeAccounts, shipment: ShipmentState, sent: Holding): void {
  const { lines, transfer, treatment } = shipment;
  const sentMg = sum(lines.map(({ massMg }) => massMg));
  const taken = sent.copy();
  if (sentMg > 0n) {
    const backMg = (transfer?.deductedMg ?? 0n) + (transfer?.returnedMg ?? 0n);
    const back = sent.share(smaller(backMg, sentMg), sentMg);
    taken.addAll(back, -1n);
    accounts.notTaken.addAll(back);
  }
  const route = treatment === undefined ? undefined : routeOf(treatment.operation);
  for (const name of taken.names) {
    const isReuse = route === undefined && name.endsWith(REUSE);
    accounts[isReuse ? 'reuse' : accountOf(route)].addAll(taken.only(name));
  }
}

const accountOf = (route: TreatmentRoute | undefined): keyof WeeeAccounts => route ?? 'unstated';
