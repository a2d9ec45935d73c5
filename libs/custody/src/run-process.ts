import type { LossAccount, OutletRole, RunProcess } from '#contracts';
import { type Estimate, quotientOf, rootSumSquare } from '#materials';
import { square, sum } from './mass.js';
import type { LotState, RunState } from './model.js';
import type { MeterRow } from './run-model.js';

/**
 * What a process made of what it was fed, and what it took. Every ratio names what is below it. Runs
 * of one process may be asked together; meters and scales are taken as independent.
 */
export interface ProcessFigures {
  readonly process: RunProcess;
  readonly runs: number;
  readonly feed: Mass;
  /** Outlets whose role is product. */
  readonly product: Mass;
  /** Over the feed. */
  readonly yield: Estimate | null;
  /** The same of dry matter, where the moisture of all lots of both sides was measured. */
  readonly dryYield: Estimate | null;
  readonly outlets: readonly (Mass & {
    readonly role: OutletRole;
    readonly ofFeed: Estimate | null;
  })[];
  readonly losses: readonly (Mass & {
    readonly account: LossAccount;
    readonly ofFeed: Estimate | null;
  })[];
  readonly energy: readonly (TakenAmount & { readonly carrier: string })[];
  readonly water: readonly (TakenAmount & { readonly flow: string })[];
  readonly reagents: readonly Reagent[];
  readonly labour: TakenAmount | null;
}

interface Mass {
  readonly massMg: bigint;
  readonly varianceMg2: bigint;
}

/** Wh, mg or s, with its standard uncertainty. */
export interface TakenAmount {
  readonly amount: Estimate;
  /** Over the mass of the product: Wh/kg, kg/kg or s/kg; null: there is none. */
  readonly perProduct: Estimate | null;
}

interface Reagent {
  readonly substance: string;
  readonly taken: TakenAmount;
  readonly recovered: TakenAmount;
  /** TakenAmount less recovered. */
  readonly used: TakenAmount;
  /** Recovered over taken. */
  readonly recovery: Estimate | null;
}

const KILOGRAM_MG = 1_000_000;

export const processOf = ({ process }: RunState): RunProcess => process ?? 'sorting';

/** Figures of runs, which MUST be of one process; `lots` holds at least those fed and made. */
export function processFigures(
  runs: readonly RunState[],
  lots: ReadonlyMap<string, LotState>,
): ProcessFigures {
  const feed = massOf(runs.flatMap((run) => run.feeds.map(fedMass)));
  const byRole = (role: OutletRole): Mass =>
    massOf(runs.flatMap((run) => weighedMasses(run, role)));
  const product = byRole('product');
  const meters = runs.flatMap((run) => run.meters ?? []);
  const per = (amount: Estimate, unit: number): TakenAmount => ({
    amount,
    perProduct: ratio(scaled(amount, KILOGRAM_MG / unit), estimateOf(product)),
  });
  const taken = (kind: MeterRow['kind'], of: string, flow = ''): TakenAmount => {
    const unit = kind === 'water' || kind === 'reagent' ? KILOGRAM_MG : 1;
    return per(readings(meters, kind, of, flow), unit);
  };
  const named = (kind: MeterRow['kind']): string[] =>
    [...new Set(meters.filter((row) => row.kind === kind).map(({ of }) => of))].sort();
  const roles = (['product', 'by-product', 'residue'] as const).map((role) => ({
    role,
    ...byRole(role),
  }));
  return {
    process: processOf(runs[0]!),
    runs: runs.length,
    feed,
    product,
    yield: ratio(estimateOf(product), estimateOf(feed)),
    dryYield: dryYield(runs, lots),
    outlets: roles
      .filter(({ massMg }) => massMg > 0n)
      .map((row) => ({ ...row, ofFeed: ratio(estimateOf(row), estimateOf(feed)) })),
    losses: lossesOf(runs, feed),
    energy: named('energy').map((carrier) => ({ carrier, ...taken('energy', carrier) })),
    water: named('water').map((flow) => ({ flow, ...taken('water', flow) })),
    reagents: named('reagent').map((substance) => reagentOf(substance, taken, per)),
    labour: named('labour').length === 0 ? null : taken('labour', ''),
  };
}

type TakenOf = (kind: MeterRow['kind'], of: string, flow?: string) => TakenAmount;

function reagentOf(
  substance: string,
  takenOf: TakenOf,
  per: (amount: Estimate, unit: number) => TakenAmount,
): Reagent {
  const taken = takenOf('reagent', substance, 'taken');
  const recovered = takenOf('reagent', substance, 'recovered');
  const used = {
    value: taken.amount.value - recovered.amount.value,
    deviation: rootSumSquare(taken.amount.deviation, recovered.amount.deviation),
  };
  return {
    substance,
    taken,
    recovered,
    used: per(used, KILOGRAM_MG),
    recovery: ratio(recovered.amount, taken.amount),
  };
}

const fedMass = ({ cumulativeMg, uncertaintyMg }: RunState['feeds'][number]): Mass => ({
  massMg: cumulativeMg,
  varianceMg2: square(uncertaintyMg),
});

function weighedMasses(run: RunState, role: OutletRole): Mass[] {
  const roles = new Map(run.outlets.map((planned) => [planned.outlet, planned.role ?? 'product']));
  return run.weighedOut
    .filter(({ outlet }) => roles.get(outlet) === role)
    .map(({ massMg, uncertaintyMg2 }) => ({ massMg, varianceMg2: uncertaintyMg2 }));
}

const massOf = (masses: readonly Mass[]): Mass => ({
  massMg: sum(masses.map(({ massMg }) => massMg)),
  varianceMg2: sum(masses.map(({ varianceMg2 }) => varianceMg2)),
});

const estimateOf = ({ massMg, varianceMg2 }: Mass): Estimate => ({
  value: Number(massMg),
  deviation: Math.sqrt(Number(varianceMg2)),
});

const scaled = ({ value, deviation }: Estimate, by: number): Estimate => ({
  value: value * by,
  deviation: deviation * by,
});

const ratio = (over: Estimate, under: Estimate): Estimate | null =>
  under.value > 0 ? quotientOf([over], [under]) : null;

function readings(
  meters: readonly MeterRow[],
  kind: MeterRow['kind'],
  of: string,
  flow: string,
): Estimate {
  let value = 0n;
  let variance = 0;
  for (const row of meters) {
    if (row.kind !== kind || row.of !== of || row.flow !== flow) continue;
    value += row.cumulative;
    variance += ((Number(row.cumulative) * row.uncertaintyPpm) / 1_000_000) ** 2;
  }
  return { value: Number(value), deviation: Math.sqrt(variance) };
}

function lossesOf(runs: readonly RunState[], feed: Mass): ProcessFigures['losses'] {
  const losses = runs.flatMap((run) => run.losses);
  const accounts = [...new Set(losses.map(({ account }) => account))].sort();
  return accounts.map((account) => {
    const own = losses.filter((row) => row.account === account);
    const mass = massOf(
      own.map(({ massMg, uncertaintyMg }) => ({ massMg, varianceMg2: square(uncertaintyMg) })),
    );
    return { account, ...mass, ofFeed: ratio(estimateOf(mass), estimateOf(feed)) };
  });
}

/** Moisture is as the lots have it now; its own uncertainty nobody states, so it adds none. */
function dryYield(runs: readonly RunState[], lots: ReadonlyMap<string, LotState>): Estimate | null {
  const fed: Estimate[] = [];
  const made: Estimate[] = [];
  for (const run of runs) {
    for (const feed of run.feeds) {
      const share = dryShare(lots.get(feed.lotId));
      if (share === null) return null;
      fed.push(scaled(estimateOf(fedMass(feed)), share));
    }
    for (const { outlet, lotId, role = 'product' } of run.outlets) {
      const row = run.weighedOut.find((weighed) => weighed.outlet === outlet);
      if (row === undefined || role !== 'product') continue;
      const share = dryShare(lots.get(lotId));
      if (share === null) return null;
      const mass = { massMg: row.massMg, varianceMg2: row.uncertaintyMg2 };
      made.push(scaled(estimateOf(mass), share));
    }
  }
  return ratio(together(made), together(fed));
}

const together = (parts: readonly Estimate[]): Estimate => ({
  value: parts.reduce((total, { value }) => total + value, 0),
  deviation: rootSumSquare(...parts.map(({ deviation }) => deviation)),
});

/** Null: nobody measured how wet it is. */
function dryShare(lot: LotState | undefined): number | null {
  const moisture = lot?.moisture ?? null;
  if (moisture === null) return null;
  const water = moisture.ppm / 1_000_000;
  return moisture.basis === 'wet' ? 1 - water : 1 / (1 + water);
}
