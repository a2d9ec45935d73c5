import { CUSTODY_MODELS, type CustodyModel } from '#contracts';

/**
 * Chain-of-custody models of ISO 22095 as a lattice: identity-preserved > segregated > controlled
 * blending > mass balance > book and claim. What is made of lots is at best the weakest of them,
 * and less where they differ in origin or in what is specified of them; nothing ever goes up.
 */

/** Exact, in lowest terms, 0 < numerator <= denominator. */
export interface Share {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export interface Custody {
  readonly model: CustodyModel;
  /** Of an identity-preserved lot the one lot that its material came in as; else null. */
  readonly origin: string | null;
  /**
   * By mass, what is specified of the material, by characteristic. The stronger two models have
   * whole shares alone, controlled blending the shares of the blend; below it nothing physical is
   * claimed, so there are none.
   */
  readonly shares: Readonly<Record<string, Share>>;
}

export interface CustodyPart {
  readonly custody: Custody;
  readonly massMg: bigint;
}

/** Nothing is known of the material, so nothing physical may be claimed of it. */
export const UNKNOWN_CUSTODY: Custody = { model: 'book-and-claim', origin: null, shares: {} };

/** Characteristics that a blend keeps the shares of: the largest. */
export const SHARES_MAX = 16;
/** Above it a share is rounded down, so that no chain of blends grows its figures without end. */
const DENOMINATOR_BITS_MAX = 256n;
const ROUNDED_DENOMINATOR = 10n ** 18n;

const rank = (model: CustodyModel): number => CUSTODY_MODELS.indexOf(model);

/** Whether `a` promises more than `b`. */
export const isStronger = (a: CustodyModel, b: CustodyModel): boolean => rank(a) < rank(b);

/** The weaker of two models: the most that both allow. */
export const meet = (a: CustodyModel, b: CustodyModel): CustodyModel => (isStronger(a, b) ? b : a);

/** The same material under a weaker model; what that model does not state is given up. */
export function lowered(custody: Custody, model: CustodyModel): Custody {
  if (!isStronger(custody.model, model)) return custody;
  return {
    model,
    origin: null,
    shares: isStronger('controlled-blending', model) ? {} : custody.shares,
  };
}

/**
 * What a delivery enters with: its own origin, until a weaker model is declared. A share below the
 * whole is a blend, whatever it is called.
 */
export function entering(
  lotId: string,
  declared?: CustodyModel,
  characteristic?: { readonly name: string; readonly sharePpm: number },
): { readonly custody: Custody; readonly refused: boolean } {
  if (characteristic === undefined) return asked(ownOrigin(lotId, {}), declared);
  const { name, sharePpm } = characteristic;
  const share = shareOf(BigInt(sharePpm), 1_000_000n);
  const shares = share === null ? {} : { [name]: share };
  if (sharePpm === 1_000_000) return asked(ownOrigin(lotId, shares), declared);
  return asked({ model: 'controlled-blending', origin: null, shares }, declared);
}

const ownOrigin = (origin: string, shares: Custody['shares']): Custody => ({
  model: 'identity-preserved',
  origin,
  shares,
});

/** The model asked for, as far as `best` allows: a step up is refused, a step down is taken. */
export function asked(
  best: Custody,
  model: CustodyModel | undefined,
): { readonly custody: Custody; readonly refused: boolean } {
  if (model === undefined) return { custody: best, refused: false };
  return { custody: lowered(best, model), refused: isStronger(model, best.model) };
}

/** What a mixture is at best. A part without mass counts for its model, not for shares. */
export function mixed(parts: readonly [CustodyPart, ...CustodyPart[]]): Custody {
  const [first] = parts;
  let model = parts.reduce<CustodyModel>(
    (m, { custody }) => meet(m, custody.model),
    'identity-preserved',
  );
  const isOneOrigin = parts.every(({ custody }) => custody.origin === first.custody.origin);
  if (!isOneOrigin) model = meet(model, 'segregated');
  const isAlike = parts.every(({ custody }) => sameNames(custody.shares, first.custody.shares));
  if (!isAlike) model = meet(model, 'controlled-blending');
  return {
    model,
    origin: model === 'identity-preserved' ? first.custody.origin : null,
    shares: isStronger('controlled-blending', model) ? {} : sharesOf(parts),
  };
}

const sameNames = (a: Custody['shares'], b: Custody['shares']): boolean =>
  Object.keys(a).sort().join(' ') === Object.keys(b).sort().join(' ');

/** Sum of claimed mass over sum of mass; without any mass the least that any part has. */
function sharesOf(parts: readonly CustodyPart[]): Custody['shares'] {
  const withMass = parts.filter(({ massMg }) => massMg > 0n);
  const names = new Set(parts.flatMap(({ custody }) => Object.keys(custody.shares)));
  const shares = [...names].map((name): [string, Share | null] => [
    name,
    withMass.length === 0 ? leastOf(parts, name) : weighedMean(withMass, name),
  ]);
  const kept = shares.filter((row): row is [string, Share] => row[1] !== null);
  kept.sort(([a, x], [b, y]) => compareShares(y, x) || (a < b ? -1 : 1));
  return Object.fromEntries(kept.slice(0, SHARES_MAX));
}

function weighedMean(parts: readonly CustodyPart[], name: string): Share | null {
  let numerator = 0n;
  let denominator = 1n;
  let totalMg = 0n;
  for (const { custody, massMg } of parts) {
    totalMg += massMg;
    const share = shareIn(custody, name);
    if (share === null) continue;
    numerator = numerator * share.denominator + massMg * share.numerator * denominator;
    denominator *= share.denominator;
  }
  return shareOf(numerator, denominator * totalMg);
}

const leastOf = (parts: readonly CustodyPart[], name: string): Share | null =>
  parts.reduce<Share | null>((least, { custody }, index) => {
    const share = shareIn(custody, name);
    if (index === 0 || share === null) return share;
    return least !== null && compareShares(share, least) < 0 ? share : least;
  }, null);

/** A characteristic may be named like a member that every object has. */
const shareIn = ({ shares }: Custody, name: string): Share | null =>
  Object.hasOwn(shares, name) ? shares[name]! : null;

const compareShares = (a: Share, b: Share): number => {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

/** Null: none of it. */
function shareOf(numerator: bigint, denominator: bigint): Share | null {
  if (numerator === 0n) return null;
  const divisor = greatestDivisor(numerator, denominator);
  const share = { numerator: numerator / divisor, denominator: denominator / divisor };
  if (share.denominator >> DENOMINATOR_BITS_MAX === 0n) return share;
  return shareOf((share.numerator * ROUNDED_DENOMINATOR) / share.denominator, ROUNDED_DENOMINATOR);
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
