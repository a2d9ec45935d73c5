import type { AccountKey, FoldResult, Posting, WorkingSet } from '#custody';
import {
  lotVariance,
  transit,
  transitVariance,
  weighedLot,
  weighedRun,
  unaccounted,
} from '#custody';
import { same } from './check.js';
import { accountOf } from './places.js';

/** Accounts of W and C that are never below zero, at any prefix. */
const BOUNDED: ReadonlySet<string> = new Set(['lot', 'transit', 'credit', 'claim', 'unit']);

/** The books of a site by the postings alone: I1 to I6 and I10. */
export class PostingsCheck {
  readonly balances = new Map<AccountKey, bigint>();

  balanceOf(account: AccountKey): bigint {
    return this.balances.get(account) ?? 0n;
  }

  take(result: FoldResult): void {
    for (const posting of result.postings) this.takePosting(posting, result);
    checkTurnovers(result);
    const books = { W: 0n, E: 0n, C: 0n };
    for (const [account, balance] of this.balances) books[accountOf(account).book] += balance;
    for (const [book, balance] of Object.entries(books)) same(balance, 0n, 'I2', book);
  }

  /** I3: what the states say of the accounts behind them; I6: a balanced run holds nothing. */
  checkStates({ changed }: FoldResult, { runs }: WorkingSet): void {
    for (const { lotId, weighed, variance, correctionMg = 0n } of changed.lots) {
      same(weighed.debitsMg - weighed.creditsMg, this.balanceOf(weighedLot(lotId)), 'I3', lotId);
      const varianceMg = this.balanceOf(lotVariance(lotId));
      same(variance.debitsMg - variance.creditsMg, varianceMg, 'I3: variance of', lotId);
      const correction = this.balanceOf(`W:correction:${lotId}`);
      same(correctionMg, correction, 'I3: correction of', lotId);
    }
    for (const { shipmentId, transfer } of changed.shipments) {
      if (transfer === undefined) continue;
      const { transit: pending, variance } = transfer;
      const pendingMg = this.balanceOf(transit(shipmentId));
      same(pending.debitsMg - pending.creditsMg, pendingMg, 'I3', shipmentId);
      const varianceMg = this.balanceOf(transitVariance(shipmentId));
      same(variance.debitsMg - variance.creditsMg, varianceMg, 'I3: variance of', shipmentId);
    }
    for (const run of runs.values()) {
      if (run === null) continue;
      same(run.unaccountedMg, this.balanceOf(unaccounted(run.runId)), 'I3', run.runId);
      if (run.status !== 'balanced') continue;
      same(this.balanceOf(weighedRun(run.runId)), 0n, 'I6', run.runId);
    }
  }

  /** I1, I4, I5, I7, I10. */
  private takePosting(posting: Posting, { firstIndex, entries }: FoldResult): void {
    const { debit, credit, massMg, fromIndex, toIndex } = posting;
    same(massMg > 0n && debit !== credit && debit[0] === credit[0], true, 'I1', debit);
    const isOfCall = fromIndex >= firstIndex && toIndex <= firstIndex + entries.length;
    same(isOfCall && fromIndex < toIndex, true, 'I4', debit);
    this.grow(debit, massMg);
    const left = this.grow(credit, -massMg);
    const { book, kind } = accountOf(credit);
    if (book === 'E' || !BOUNDED.has(kind)) return;
    same(left >= 0n, true, 'I5, I7, I10: not below zero', credit);
  }

  private grow(account: AccountKey, massMg: bigint): bigint {
    const balance = this.balanceOf(account) + massMg;
    this.balances.set(account, balance);
    return balance;
  }
}

/** I3: every account grows by its postings. */
function checkTurnovers({ postings, turnovers }: FoldResult): void {
  const grown = new Map<AccountKey, bigint>();
  for (const { debit, credit, massMg } of postings) {
    grown.set(debit, (grown.get(debit) ?? 0n) + massMg);
    grown.set(credit, (grown.get(credit) ?? 0n) - massMg);
  }
  for (const [account, { debitsMg, creditsMg }] of turnovers) {
    same(debitsMg - creditsMg, grown.get(account) ?? 0n, 'I3', account);
  }
}
