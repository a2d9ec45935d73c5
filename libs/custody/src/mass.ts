import type { AccountKey, Turnover } from './model.js';

/** Arithmetic of masses: integers in mg, so nothing here rounds but the square root. */

export const noTurnover = (): Turnover => ({ debitsMg: 0n, creditsMg: 0n });

/** What an account holds: debits less credits. */
export const balanceMg = (turnover: Turnover): bigint => turnover.debitsMg - turnover.creditsMg;

export const square = (mg: number | bigint): bigint => BigInt(mg) * BigInt(mg);

export const absolute = (mg: bigint): bigint => (mg < 0n ? -mg : mg);

export const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Whether a difference is more than three standard uncertainties; exact, without a root. */
export const beyondThreeSigma = (differenceMg: bigint, varianceMg2: bigint): boolean =>
  differenceMg * differenceMg > 9n * varianceMg2;

/**
 * Standard uncertainty in whole mg from its square. `Number(bigint)` and `Math.sqrt` are both
 * correctly rounded by IEEE 754, so every machine gets the same figure; up to 2^53 mg² it is the
 * exact root rounded, above that its relative error is below 2^-52.
 */
export const uncertaintyMg = (varianceMg2: bigint): bigint =>
  BigInt(Math.round(Math.sqrt(Number(varianceMg2))));

export const sum = (masses: Iterable<bigint>): bigint => {
  let total = 0n;
  for (const mg of masses) total += mg;
  return total;
};

/** Balances and what has been added to them. */
export function grown(
  balances: ReadonlyMap<AccountKey, Turnover>,
  growth: ReadonlyMap<AccountKey, Turnover>,
): Map<AccountKey, Turnover> {
  const sums = new Map(balances);
  for (const [account, { debitsMg, creditsMg }] of growth) {
    const before = sums.get(account);
    sums.set(account, {
      debitsMg: (before?.debitsMg ?? 0n) + debitsMg,
      creditsMg: (before?.creditsMg ?? 0n) + creditsMg,
    });
  }
  return sums;
}
