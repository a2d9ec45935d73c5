import {
  type AccountKey,
  type FoldResult,
  type Turnover,
  type WorkingSet,
  isClosed,
  parseAccount,
  weighedLot,
  weighedRun,
} from '#custody';
import type { Findings } from './findings.js';

/** Accounts of book C that are never below zero. */
const BOUNDED_CLAIMS = /^C:(credit|claim|unit):/;

/**
 * Invariants of the books, over the postings that the re-fold makes (the log holds none): I1 every
 * posting has two different accounts of one book and a mass, I2 each book balances to zero, I3
 * states agree with postings, I5 no lot is below zero at any prefix, I6 a balanced run holds
 * nothing, nor does an account of a yard operation, I10 no credits, claims or units are overdrawn at
 * any prefix, I11 what is closed is not in stock.
 */
export class BooksCheck {
  postings = 0;
  private readonly balances = new Map<AccountKey, bigint>();

  constructor(private readonly findings: Findings) {}

  add({ postings, turnovers }: FoldResult): void {
    const grown = new Map<AccountKey, bigint>();
    for (const { debit, credit, massMg, code, fromIndex } of postings) {
      this.postings++;
      if (massMg <= 0n || debit === credit || debit[0] !== credit[0]) {
        const what = `${code}: ${massMg} mg from ${credit} to ${debit}`;
        this.findings.add('books-I1', fromIndex, what);
      }
      this.grow(grown, debit, massMg);
      this.grow(grown, credit, -massMg);
      const left = this.balances.get(credit) ?? 0n;
      if (left < 0n && credit.startsWith('W:lot:')) {
        this.findings.add('books-I5', fromIndex, `${credit} holds ${left} mg`);
      }
      if (left < 0n && BOUNDED_CLAIMS.test(credit)) {
        this.findings.add('books-I10', fromIndex, `${credit} holds ${left} mg`);
      }
    }
    for (const [account, { debitsMg, creditsMg }] of turnovers) {
      if ((grown.get(account) ?? 0n) === debitsMg - creditsMg) continue;
      this.findings.add('books-I3', null, `${account} does not grow by its postings`);
    }
  }

  /** After the last entry. */
  end({ lots, runs }: WorkingSet): void {
    const books = { W: 0n, E: 0n, C: 0n };
    for (const [account, balance] of this.balances) books[parseAccount(account).book] += balance;
    for (const [account, balance] of this.balances) {
      if (balance === 0n || parseAccount(account).kind !== 'transformation') continue;
      this.findings.add('books-I6', null, `${account} holds ${balance} mg`);
    }
    for (const [book, sum] of Object.entries(books)) {
      if (sum !== 0n) this.findings.add('books-I2', null, `book ${book} is off by ${sum} mg`);
    }
    for (const lot of lots.values()) {
      if (lot === null) continue;
      const account = weighedLot(lot.lotId);
      this.compare(account, lot.weighed);
      const held = this.balances.get(account) ?? 0n;
      if (isClosed(lot) && held !== 0n) {
        this.findings.add('books-I11', lot.changedIndex, `${lot.lotId} holds ${held} mg`);
      }
    }
    for (const run of runs.values()) {
      if (run?.status !== 'balanced') continue;
      const left = this.balances.get(weighedRun(run.runId)) ?? 0n;
      if (left === 0n) continue;
      this.findings.add('books-I6', run.changedIndex, `${run.runId} holds ${left} mg`);
    }
  }

  private compare(account: AccountKey, { debitsMg, creditsMg }: Turnover): void {
    if ((this.balances.get(account) ?? 0n) === debitsMg - creditsMg) return;
    this.findings.add('books-I3', null, `the state behind ${account} is not its postings`);
  }

  private grow(grown: Map<AccountKey, bigint>, account: AccountKey, massMg: bigint): void {
    grown.set(account, (grown.get(account) ?? 0n) + massMg);
    this.balances.set(account, (this.balances.get(account) ?? 0n) + massMg);
  }
}
