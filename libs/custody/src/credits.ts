import type { ConversionFactor } from '#contracts';
import { creditAccount, creditExpired, creditInput, creditOwed } from './accounts.js';
import { raise } from './exceptions.js';
import { type Folding, byText } from './folding.js';
import { balanceMg, noTurnover, smaller } from './mass.js';
import type { AccountKey, LotState, PostingCode } from './model.js';
import type { CreditState } from './office-model.js';
import { post } from './postings.js';

/**
 * Book C, mass balance (ISO 22095): one account of credits a characteristic and period. Eligible
 * input times the adopted factor comes in, claims go out, what is left at the close expires. The
 * account is never below zero, at any prefix of the postings.
 */

export const creditKey = (characteristic: string, period: number): string =>
  `${characteristic}/${period}`;

/** Credits of the open period, by characteristic. */
export const creditsOf = ({ set, site }: Folding): CreditState[] =>
  [...set.office.credits.values()]
    .filter(({ period }) => period === site.policy.period)
    .sort((a, b) => byText(a.characteristic, b.characteristic));

/** The credits of the open period, where there were any. */
export const creditAt = ({ set, site }: Folding, characteristic: string): CreditState | undefined =>
  set.office.credits.get(creditKey(characteristic, site.policy.period));

export function creditNamed(folding: Folding, characteristic: string): CreditState {
  const { period } = folding.site.policy;
  const { credits } = folding.set.office;
  const key = creditKey(characteristic, period);
  let credit = credits.get(key);
  if (credit === undefined) {
    credit = {
      characteristic,
      period,
      method: null,
      accruals: [],
      inputMg: 0n,
      balance: noTurnover(),
      owedMg: 0n,
      changedIndex: folding.cause,
    };
    credits.set(key, credit);
  }
  credit.changedIndex = folding.cause;
  folding.credits.add(credit);
  return credit;
}

/**
 * Mass of a lot went into a process, or, below zero, came back by a correction. Only what the lot
 * held counts, and only of a lot that nothing but an eligible delivery has filled: an input that
 * the books cannot explain gives no credits. What comes back MUST NOT be more than has counted.
 */
export function accrue(folding: Folding, lot: LotState, massMg: bigint): void {
  const { conversion } = folding.site.policy;
  if (conversion === null || massMg === 0n) return;
  const counts = massMg < 0n || isPure(lot);
  if (counts) lot.creditedInputMg = (lot.creditedInputMg ?? 0n) + massMg;
  for (const factor of conversion.factors) {
    if (factor.stream !== lot.stream) continue;
    const credit = creditNamed(folding, factor.characteristic);
    credit.inputMg += massMg;
    if (!counts || !factor.grades.includes(lot.materialClass)) continue;
    accrueBy(folding, credit, factor, conversion.version, massMg);
  }
}

const isPure = ({ origin, runId, contributions }: LotState): boolean =>
  origin === 'delivery' && runId === null && contributions.length === 0;

function accrueBy(
  folding: Folding,
  credit: CreditState,
  { numerator, denominator }: ConversionFactor,
  version: number,
  massMg: bigint,
): void {
  let row = credit.accruals.find((known) => known.version === version);
  if (row === undefined) {
    row = { version, numerator, denominator, eligibleMg: 0n, creditedMg: 0n };
    credit.accruals.push(row);
  }
  row.eligibleMg += massMg;
  const dueMg = floorDivide(row.eligibleMg * BigInt(numerator), BigInt(denominator));
  const differenceMg = dueMg - row.creditedMg;
  row.creditedMg = dueMg;
  if (differenceMg > 0n) give(folding, credit, differenceMg);
  else withdraw(folding, credit, -differenceMg);
}

/** Input that never was: up to what has counted; below zero it was after all, up to that. */
export function withdrawInput(folding: Folding, lot: LotState, massMg: bigint): void {
  const withdrawnMg = lot.withdrawnInputMg ?? 0n;
  const takenMg =
    massMg < 0n ? -smaller(-massMg, withdrawnMg) : smaller(massMg, lot.creditedInputMg ?? 0n);
  if (takenMg === 0n) return;
  lot.withdrawnInputMg = withdrawnMg + takenMg;
  accrue(folding, lot, -takenMg);
}

/** A lot is of another grade than was said: its input counts for what it is. */
export function reaccrue(folding: Folding, lot: LotState, redescribe: () => void): void {
  const inputMg = lot.creditedInputMg ?? 0n;
  accrue(folding, lot, -inputMg);
  redescribe();
  accrue(folding, lot, inputMg);
}

/** Rounds down, below zero too: a credit is never given for a part of a milligram. */
const floorDivide = (dividend: bigint, divisor: bigint): bigint => {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
};

function give(folding: Folding, credit: CreditState, massMg: bigint): void {
  move(
    folding,
    credit,
    creditInput(credit.characteristic, credit.period),
    massMg,
    'credit-accrued',
  );
  const settledMg = smaller(credit.owedMg, massMg);
  takeCredits(folding, credit, owedAccount(credit), settledMg, 'credit-settled');
  credit.owedMg -= settledMg;
}

/** What was claimed already is owed, so that the account itself never goes below zero. */
function withdraw(folding: Folding, credit: CreditState, massMg: bigint): void {
  const input = creditInput(credit.characteristic, credit.period);
  const heldMg = smaller(massMg, balanceMg(credit.balance));
  takeCredits(folding, credit, input, heldMg, 'credit-accrued');
  const owedMg = massMg - heldMg;
  if (owedMg === 0n) return;
  const code = 'credit-accrued';
  post(folding, { debit: input, credit: owedAccount(credit), massMg: owedMg, code });
  credit.owedMg += owedMg;
  raise(folding, 'credits-overdrawn', folding.site.siteId, {
    characteristic: credit.characteristic,
    period: String(credit.period),
    owedMg: credit.owedMg.toString(),
  });
}

const owedAccount = ({ characteristic, period }: CreditState): AccountKey =>
  creditOwed(characteristic, period);

/** Dr credit / Cr account. */
function move(
  folding: Folding,
  state: CreditState,
  account: AccountKey,
  massMg: bigint,
  code: PostingCode,
): void {
  const debit = creditAccount(state.characteristic, state.period);
  post(folding, { debit, credit: account, massMg, code });
  state.balance.debitsMg += massMg;
}

/** Dr account / Cr credit; MUST NOT be more than there is. */
export function takeCredits(
  folding: Folding,
  state: CreditState,
  account: AccountKey,
  massMg: bigint,
  code: PostingCode,
): void {
  const credit = creditAccount(state.characteristic, state.period);
  post(folding, { debit: account, credit, massMg, code });
  state.balance.creditsMg += massMg;
}

/** The period closes: what is left of its credits is worth nothing any more. */
export function expireCredits(
  folding: Folding,
  credit: CreditState,
): { characteristic: string; massMg: string }[] {
  const { characteristic, period } = credit;
  const massMg = balanceMg(credit.balance);
  if (massMg === 0n) return [];
  takeCredits(folding, credit, creditExpired(characteristic, period), massMg, 'credit-expired');
  credit.changedIndex = folding.cause;
  folding.credits.add(credit);
  return [{ characteristic, massMg: massMg.toString() }];
}
