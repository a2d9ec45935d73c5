import { type Estimate, quotientOf, rootSumSquare } from './estimate.js';

/**
 * The frozen definitions (docs/truth.md): masses are dry and of one basis, shares are of one
 * analyte. Whoever reports one of these figures takes it from here and from nowhere else. Inputs are
 * taken as measured independently of each other; uncertainties are to first order.
 */

/** Mass and share of a stream: what is fed, an outlet, the residue. */
export interface StreamFigures {
  readonly mass: Estimate;
  /** Share of the analyte or class, in whatever unit all of them have. */
  readonly share: Estimate;
}

/** Yield: mass out over mass fed. */
export const yieldOf = (product: Estimate, feed: Estimate): Estimate =>
  quotientOf([product], [feed]);

/**
 * Recovery: what of the element reached the product, over the *measured* feed of that element; never
 * over a nominal one.
 */
export const recoveryOf = (product: StreamFigures, feed: StreamFigures): Estimate =>
  quotientOf([product.mass, product.share], [feed.mass, feed.share]);

/** Purity of an outlet for a class: its mass over the mass of all. */
export const purityOf = (target: Estimate, outlet: Estimate): Estimate =>
  quotientOf([target], [outlet]);

/** Enrichment: share in the product over share in the feed. */
export const enrichmentOf = (product: Estimate, feed: Estimate): Estimate =>
  quotientOf([product], [feed]);

/**
 * Recovery from shares alone, R = c (f − t) / [f (c − t)]: a check that needs no mass. `c`, `f`, `t`
 * are the shares of product, feed and tailings. Undefined where c = t or f = 0.
 */
export function twoProductRecovery(
  feed: Estimate,
  product: Estimate,
  tailings: Estimate,
): Estimate | undefined {
  const f = feed.value;
  const c = product.value;
  const t = tailings.value;
  const span = c - t;
  if (span === 0 || f === 0) return undefined;
  return {
    value: (c * (f - t)) / (f * span),
    deviation: rootSumSquare(
      ((c * t) / (f * f * span)) * feed.deviation,
      ((t * (f - t)) / (f * span * span)) * product.deviation,
      ((c * (f - c)) / (f * span * span)) * tailings.deviation,
    ),
  };
}

/** Loss of the target: what reached no product outlet; the residue is not one. */
export function lossOfTarget(recoveries: readonly Estimate[]): Estimate {
  let value = 1;
  for (const recovery of recoveries) value -= recovery.value;
  return { value, deviation: rootSumSquare(...recoveries.map(({ deviation }) => deviation)) };
}

/** Recovery over stages: each over its own feed; the denominator is the feed of the first. */
export const chainRecovery = (stages: readonly Estimate[]): Estimate => quotientOf(stages, []);

/** Recirculating load: mass fed again over fresh feed. */
export const recirculatingLoad = (refed: Estimate, fresh: Estimate): Estimate =>
  quotientOf([refed], [fresh]);

/** What goes over the belt: fresh feed × (1 + recirculating load), which is fresh and re-fed. */
export const throughputOf = (fresh: Estimate, refed: Estimate): Estimate => ({
  value: fresh.value + refed.value,
  deviation: rootSumSquare(fresh.deviation, refed.deviation),
});

/** A mass with its standard uncertainty, as the books have it. */
export interface MassEstimate {
  readonly massMg: bigint;
  readonly uncertaintyMg: bigint;
}

export interface Unaccounted extends MassEstimate {
  /** Whether it is beyond `k` deviations: then it is no chance. */
  readonly isAlarm: boolean;
}

/** Terms of a run's or a period's balance. A stock change is closing less opening stock. */
export interface BalanceTerms {
  readonly feeds: readonly MassEstimate[];
  readonly outlets: readonly MassEstimate[];
  readonly stockChanges: readonly MassEstimate[];
  readonly declaredLosses: readonly MassEstimate[];
}

/** δ = F − ΣC − ΔWIP − declared losses, exact in mg; alarm when |δ| > k · its uncertainty. */
export function unaccountedOf(terms: BalanceTerms, k: bigint): Unaccounted {
  let massMg = 0n;
  let variance = 0n;
  const add = (sign: bigint, masses: readonly MassEstimate[]): void => {
    for (const one of masses) {
      massMg += sign * one.massMg;
      variance += one.uncertaintyMg * one.uncertaintyMg;
    }
  };
  add(1n, terms.feeds);
  add(-1n, terms.outlets);
  add(-1n, terms.stockChanges);
  add(-1n, terms.declaredLosses);
  return {
    massMg,
    uncertaintyMg: rootUp(variance),
    isAlarm: massMg * massMg > k * k * variance,
  };
}

/** Smallest integer whose square is not below n (Newton, on integers). */
function rootUp(n: bigint): bigint {
  if (n < 2n) return n;
  let root = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) break;
    root = next;
  }
  return root * root < n ? root + 1n : root;
}
