import { decodeEntry } from '#contracts';
import {
  type AccountKey,
  type FoldResult,
  type Posting,
  type WorkingSet,
  lotVariance,
  parseAccount,
  weighedLot,
  weighedRun,
} from '#custody';
import { type Frontier, emptyFrontier, frontierRoot, integrate, leafHash, rootOf } from '#tlog';
import type { SiteModel } from './site-model.js';

/** Accounts that are never below zero, at any prefix. */
const BOUNDED: ReadonlySet<string> = new Set(['lot', 'credit', 'claim', 'unit']);

/** Fails with what was to be so; made to be called for every account after every command. */
function same(is: unknown, should: unknown, what: string, of = ''): void {
  if (is === should) return;
  throw new Error(`${what} ${of}: is ${String(is)}, should be ${String(should)}`);
}

/** The log and the books of a site, followed step by step and held to I1 to I20. */
export class Ledger {
  readonly entries: Buffer[] = [];
  private readonly leaves: Uint8Array[] = [];
  private readonly balances = new Map<AccountKey, bigint>();
  private readonly counts = { accepted: 0, duplicates: 0, unverified: 0, equivocations: 0 };
  private frontier: Frontier = emptyFrontier();
  private factSeq = 0;

  constructor(private readonly set: WorkingSet) {}

  /** Takes what one call of the rules did, checks it, and then the whole. */
  take(result: FoldResult, model: SiteModel): void {
    this.takeLog(result);
    for (const posting of result.postings) this.takePosting(posting, result);
    this.takeTurnovers(result);
    for (const name of ['accepted', 'duplicates', 'unverified', 'equivocations'] as const) {
      this.counts[name] += result.counts[name];
    }
    this.checkBooks();
    this.checkLots(model);
    this.checkCompleteness(model);
  }

  /** I14, I15, I16: contiguous, and the root is that of all entries. */
  private takeLog({ firstIndex, entries, facts }: FoldResult): void {
    same(firstIndex, this.entries.length, 'I14: first index');
    for (const entry of entries) {
      this.entries.push(entry);
      this.leaves.push(leafHash(entry));
    }
    const fresh = this.leaves.slice(firstIndex);
    ({ frontier: this.frontier } = integrate(this.frontier, fresh));
    same(this.set.site.treeSize, this.entries.length, 'I14: tree size');
    for (const { seq, logIndex } of facts) {
      same(seq, ++this.factSeq, 'seq of a fact');
      same(decodeEntry(this.entries[logIndex]!).attributes.seq, seq, 'entry of a fact');
    }
  }

  /** I1, I4, I5, I10. */
  private takePosting(posting: Posting, { firstIndex, entries }: FoldResult): void {
    const { debit, credit, massMg, fromIndex, toIndex } = posting;
    same(massMg > 0n && debit !== credit && debit[0] === credit[0], true, 'I1', debit);
    const isOfCall = fromIndex >= firstIndex && toIndex <= firstIndex + entries.length;
    same(isOfCall && fromIndex < toIndex, true, 'I4', debit);
    this.grow(debit, massMg);
    const left = this.grow(credit, -massMg);
    if (BOUNDED.has(parseAccount(credit).kind) && !credit.startsWith('E')) {
      same(left >= 0n, true, 'I5, I10: not below zero', credit);
    }
  }

  /** I3: every account grows by its postings. */
  private takeTurnovers({ postings, turnovers }: FoldResult): void {
    const grown = new Map<AccountKey, bigint>();
    for (const { debit, credit, massMg } of postings) {
      grown.set(debit, (grown.get(debit) ?? 0n) + massMg);
      grown.set(credit, (grown.get(credit) ?? 0n) - massMg);
    }
    for (const [account, { debitsMg, creditsMg }] of turnovers) {
      same(debitsMg - creditsMg, grown.get(account) ?? 0n, 'I3', account);
    }
  }

  /** I2, I6, I9: each book is zero, a balanced run holds nothing. */
  private checkBooks(): void {
    const books = { W: 0n, E: 0n, C: 0n };
    for (const [account, balance] of this.balances) books[account[0] as 'W' | 'E' | 'C'] += balance;
    for (const [book, balance] of Object.entries(books)) same(balance, 0n, 'I2', book);
    for (const run of this.set.runs.values()) {
      if (run?.status !== 'balanced') continue;
      same(this.balanceOf(weighedRun(run.runId)), 0n, 'I6', run.runId);
    }
    for (const claim of this.set.office.claims.values()) {
      if (claim?.status === 'retired') same(claim.model, 'book-and-claim', 'I9', claim.claimId);
    }
  }

  /** I11, I12: lots and their variances hold what came in less what went out. */
  private checkLots(model: SiteModel): void {
    for (const [lot, netMg] of model.netMg) {
      const heldMg = this.balanceOf(weighedLot(lot)) + this.balanceOf(lotVariance(lot));
      same(heldMg, netMg, 'I12: what a lot and its variance hold', lot);
    }
    same(-this.balanceOf('W:world-in'), model.inMg, 'I12: all that came in');
  }

  /** I18, I20: every seq is entered, waits, or was given up; all that was consumed is one of them. */
  private checkCompleteness(model: SiteModel): void {
    let parked = 0;
    let entered = 0;
    let duplicates = 0;
    for (const [source, station] of model.stations) {
      const [state] = [...this.set.boots.values()].filter((boot) => boot.source === source);
      if (state === undefined) {
        same(station.entered.size + station.parked.size, 0, 'I18: not heard of', source);
        continue;
      }
      const open = state.openSlots.flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, n) => first + n),
      );
      same(state.position, station.position, 'I18: position', source);
      same(open.join(), listed(station.gaps), 'I18: open slots', source);
      same(state.parkedSeqs.join(), listed(station.parked.keys()), 'I18: parked', source);
      same(state.accepted, station.entered.size, 'I20: entered', source);
      parked += station.parked.size;
      entered += station.entered.size;
      duplicates += station.duplicates;
    }
    same(this.counts.accepted, entered, 'I20: accepted');
    same(this.counts.duplicates, duplicates, 'I20: duplicates');
    same(this.counts.equivocations, 0, 'I20: equivocations');
    same(entered + parked + duplicates, model.consumed, 'I20: all that was consumed');
    same(this.entries.length, entered + this.factSeq, 'I20: entries');
  }

  /** I16 for the last size, by the definition. */
  checkRoot(): void {
    const [made, should] = [frontierRoot(this.frontier), rootOf(this.leaves)];
    same(Buffer.compare(made, should), 0, 'I16: root');
  }

  private balanceOf(account: AccountKey): bigint {
    return this.balances.get(account) ?? 0n;
  }

  private grow(account: AccountKey, massMg: bigint): bigint {
    const balance = this.balanceOf(account) + massMg;
    this.balances.set(account, balance);
    return balance;
  }
}

const listed = (seqs: Iterable<number>): string => [...seqs].sort((a, b) => a - b).join();
