import {
  type ElementAccounts,
  type Holding,
  type RunState,
  type YardStates,
  elementAccounts,
  hasContents,
  tallyOf,
} from '#custody';
import { COMPONENTS, ELEMENTS, agree, quotientOf, referenceOf } from '#materials';
import type {
  AccountAnswer,
  CriticalMineralsAnswer,
  MineralAnswer,
} from './critical-minerals.schema.js';

const BOOKS = [COMPONENTS, ELEMENTS].map(referenceOf);
const SIGMAS = 3;

type Body = Pick<CriticalMineralsAnswer, 'books' | 'elements' | 'withoutContents'>;

/** Elements of the critical list that anything is known of, by symbol. */
export function criticalMinerals(states: YardStates): Body {
  const accounts = elementAccounts(states);
  return {
    books: BOOKS.map((book) => ({ ...book })),
    elements: ELEMENTS.elements
      .filter(({ symbol, critical }) => critical && isKnown(accounts, symbol))
      .map(({ symbol, name }) => mineralOf(accounts, symbol, name)),
    withoutContents: withoutContents(states.runs),
  };
}

const isKnown = (accounts: ElementAccounts, symbol: string): boolean =>
  (Object.values(accounts) as Holding[]).some((holding) => holding.of(symbol).length > 0);

const mineralOf = (accounts: ElementAccounts, element: string, name: string): MineralAnswer => ({
  element,
  name,
  contained: accountOf(accounts.contained, element),
  stock: accountOf(accounts.stock, element),
  dispatchedToRecoverer: accountOf(accounts.dispatched, element),
  dispatchedElsewhere: accountOf(accounts.elsewhere, element),
  returned: accountOf(accounts.returned, element),
  process: accountOf(accounts.process, element),
  lost: accountOf(accounts.lost, element),
  recovered: accountOf(accounts.recovered, element),
  recovery: recoveryOf(accounts, element),
});

function accountOf(holding: Holding, element: string): AccountAnswer {
  const { amount, uncertainty, unstated, byBasis } = tallyOf(holding, element);
  const parts = Object.values(byBasis);
  const hasShares = amount > 0n && parts.every((part) => part >= 0n);
  const sharePpm = (part: bigint): number => Number((part * 1_000_000n + amount / 2n) / amount);
  return {
    massNg: String(amount),
    uncertaintyNg: String(BigInt(Math.round(uncertainty))),
    unstatedNg: String(unstated),
    byBasis: {
      measured: String(byBasis.measured),
      library: String(byBasis.library),
      declared: String(byBasis.declared),
    },
    sharesPpm: hasShares
      ? {
          measured: sharePpm(byBasis.measured),
          library: sharePpm(byBasis.library),
          declared: sharePpm(byBasis.declared),
        }
      : null,
  };
}

/** Over what the shipments held that a recovery was stated of, and of nothing else. */
function recoveryOf(
  { recovered, settled }: ElementAccounts,
  element: string,
): MineralAnswer['recovery'] {
  const [product, feed] = [tallyOf(recovered, element), tallyOf(settled, element)];
  if (product.amount <= 0n || feed.amount <= 0n) return null;
  const [out, into] = [product, feed].map(({ amount, uncertainty }) => ({
    value: Number(amount),
    deviation: uncertainty,
  })) as [Estimate, Estimate];
  const { value, deviation } = quotientOf([out], [into]);
  const isStated = product.unstated === 0n && feed.unstated === 0n;
  return {
    ratio: value,
    uncertainty: isStated ? deviation : null,
    beyondContained: out.value > into.value && !agree(out, into, SIGMAS),
  };
}

type Estimate = Parameters<typeof agree>[0];

function withoutContents(runs: readonly RunState[]): Body['withoutContents'] {
  let components = 0n;
  let rests = 0n;
  let unweighed = 0n;
  for (const row of runs.flatMap(({ devices = [] }) => devices)) {
    unweighed += row.unweighed;
    if (hasContents(row)) continue;
    if (row.kind === null) rests += row.massMg;
    else components += row.massMg;
  }
  return {
    componentsMg: String(components),
    restsMg: String(rests),
    unweighed: Number(unweighed),
  };
}
