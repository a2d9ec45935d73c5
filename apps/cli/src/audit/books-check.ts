import {
  type AccountKey,
  type FoldResult,
  type RunState,
  type ShipmentState,
  type Turnover,
  type WorkingSet,
  comparedOutlets,
  isClosed,
  parseAccount,
  transit,
  weighedLot,
  weighedRun,
} from '#custody';
import type { Findings } from './findings.js';

/** Accounts of book C that are never below zero. */
const BOUNDED_CLAIMS = /^C:(credit|claim|unit):/;
/** Accounts in which claims stand. */
const CLAIM_KINDS: ReadonlySet<string> = new Set(['claim', 'unit', 'retired']);

/**
 * Invariants of the books, over the postings that the re-fold makes (the log holds none): I1 every
 * posting has two different accounts of one book and a mass, I2 each book balances to zero, I3
 * states agree with postings, I5 no lot is below zero at any prefix, I6 a balanced run holds
 * nothing, nor does an account of a yard operation, I7 what is on its way is never below zero and
 * nothing after its last load, I9 a claim stands whole in the account of its model, I10 no credits,
 * claims or units are overdrawn at any prefix, I11 what is closed is not in stock, I13 where pieces and
 * containers differ an exception is open.
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
      if (left < 0n && credit.startsWith('W:transit:')) {
        this.findings.add('books-I7', fromIndex, `${credit} holds ${left} mg`);
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
  end(set: WorkingSet): void {
    const { lots, runs, shipments } = set;
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
    for (const shipment of shipments.values()) if (shipment !== null) this.endShipment(shipment);
    this.endClaims(set);
    for (const run of runs.values()) {
      if (run?.status !== 'balanced') continue;
      this.endEstimates(run, set);
      const left = this.balances.get(weighedRun(run.runId)) ?? 0n;
      if (left === 0n) continue;
      this.findings.add('books-I6', run.changedIndex, `${run.runId} holds ${left} mg`);
    }
  }

  /** I7: pending is posted once, and then there is none. */
  private endShipment({ shipmentId, transfer, logIndex }: ShipmentState): void {
    if (transfer === undefined) return;
    const account = transit(shipmentId);
    this.compare(account, transfer.transit);
    const left = this.balances.get(account) ?? 0n;
    if (!transfer.complete || left === 0n) return;
    this.findings.add('books-I7', logIndex, `${shipmentId} has arrived and ${left} mg has not`);
  }

  /** I9: claims of a lot, units and what was retired, each by the account of its model. */
  private endClaims({ office }: WorkingSet): void {
    const held = new Map<AccountKey, bigint>();
    for (const claim of office.claims.values()) {
      if (claim === null) continue;
      const { claimId, status, model, lotId, characteristic, massMg, changedIndex } = claim;
      const isUnit = model === 'book-and-claim';
      if (isUnit !== (lotId === null) || (status === 'retired' && !isUnit)) {
        this.findings.add('books-I9', changedIndex, `${claimId} is ${status}, ${model}`);
      }
      const owned = lotId === null ? `C:unit:${claimId}` : `C:claim:${lotId}:${characteristic}`;
      const account = status === 'retired' ? `C:retired:${characteristic}` : owned;
      held.set(account, (held.get(account) ?? 0n) + massMg);
    }
    for (const account of new Set([...held.keys(), ...this.balances.keys()])) {
      const { book, kind } = parseAccount(account);
      if (book !== 'C' || !CLAIM_KINDS.has(kind)) continue;
      const [claimed, balance] = [held.get(account) ?? 0n, this.balances.get(account) ?? 0n];
      if (claimed === balance) continue;
      this.findings.add('books-I9', null, `${account} holds ${balance} mg, claims ${claimed}`);
    }
  }

  /** I13. */
  private endEstimates(run: RunState, { office, site }: WorkingSet): void {
    const limits = office.rules.get(site.policy.rules);
    if (limits === undefined) return;
    for (const { outlet, lotId, within } of comparedOutlets(run, limits.estimates)) {
      const isOpen = run.estimatesOff?.some((off) => off.outlet === outlet && off.lotId === lotId);
      if ((isOpen ?? false) === !within) continue;
      const what = within ? 'agrees, and an exception is open' : 'differs, and none is open';
      this.findings.add('books-I13', run.changedIndex, `${run.runId} outlet ${outlet} ${what}`);
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
