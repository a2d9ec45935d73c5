import type { Buffer } from 'node:buffer';
import type { KeptOpening } from './opening-model.js';
import { FrameBook } from './frame-book.js';
import { ReadingBook } from './reading-book.js';
import type { Limits } from './limits.js';
import { grown, noTurnover } from './mass.js';
import type {
  AccountKey,
  BootState,
  DigestBlock,
  ExceptionState,
  Fact,
  FoldCounts,
  FoldResult,
  LotState,
  ParkedRecord,
  Posting,
  RunState,
  ShipmentState,
  SiteState,
  TotalState,
  Turnover,
  VisitState,
  WorkingSet,
} from './model.js';
import type {
  AdoptedBook,
  ClaimState,
  ClosedPeriod,
  CorrectionState,
  CreditState,
} from './office-model.js';
import type { Notice } from './shipment-model.js';
import { parkedKey } from './working-set.js';
import { invariant } from '#contracts';

/**
 * One call of `fold` under way: the working set, and everything done to it so far. The families of
 * rules are functions that take it first.
 */
export class Folding {
  readonly firstIndex: number;
  readonly entries: Buffer[] = [];
  readonly facts: Fact[] = [];
  readonly notices: Notice[] = [];
  readonly openings: KeptOpening[] = [];
  readonly postings: Posting[] = [];
  readonly turnovers = new Map<AccountKey, Turnover>();
  readonly frames = new FrameBook();
  readonly readings = new ReadingBook();
  readonly boots = new Set<BootState>();
  readonly lots = new Set<LotState>();
  readonly runs = new Set<RunState>();
  readonly visits = new Set<VisitState>();
  readonly shipments = new Set<ShipmentState>();
  readonly totals = new Set<TotalState>();
  readonly credits = new Set<CreditState>();
  readonly claims = new Set<ClaimState>();
  /** By event: of several corrections in one call the last counts. */
  readonly corrections = new Map<string, CorrectionState>();
  readonly periodsClosed: ClosedPeriod[] = [];
  readonly acknowledged: FoldResult['exceptionsAcknowledged'][number][] = [];
  readonly digestBlocks = new Map<string, DigestBlock>();
  readonly raised: ExceptionState[] = [];
  readonly keysAdopted: { digest: string; logIndex: number }[] = [];
  readonly booksAdopted: AdoptedBook[] = [];
  readonly closed: { exceptionId: string; reason: string; logIndex: number }[] = [];
  readonly counts: FoldCounts = {
    accepted: 0,
    duplicates: 0,
    unverified: 0,
    equivocations: 0,
    parked: 0,
    lateFills: 0,
    gaps: 0,
    rejected: 0,
    facts: 0,
    pieces: 0,
  };
  /** Runs whose balance waits for marks or its deadline. */
  readonly closing = new Map<string, RunState>();
  /** Boots of each source, ascending. */
  readonly bootsOf = new Map<string, BootState[]>();
  /** No timeout is due before this stream time; it may be early, never late. */
  wakeMs = Number.NEGATIVE_INFINITY;
  /** Log index that facts and postings made now rest on. */
  cause = 0;
  /** Trace of the record that is the cause; outside the log, and carried to its facts as it is. */
  traceparent: string | undefined;

  private readonly parkedAdded = new Map<string, ParkedRecord>();
  private readonly reparked = new Set<string>();
  private readonly parkedRemoved: { source: string; boot: number; seq: number }[] = [];

  constructor(readonly set: WorkingSet) {
    this.firstIndex = set.site.treeSize;
    for (const run of set.runs.values()) {
      if (run?.status === 'closing') this.closing.set(run.runId, run);
    }
    for (const state of set.boots.values()) this.knowBoot(state);
  }

  get site(): SiteState {
    return this.set.site;
  }

  /** Limits of the version of the rules that is in force. */
  get limits(): Limits {
    const { rules } = this.site.policy;
    const limits = this.set.office.rules.get(rules);
    invariant(
      limits !== undefined,
      `${this.site.siteId} is at version ${rules} of the rules, which this release has not: install the one that has it, then start again`,
    );
    return limits;
  }

  /** Appends an entry to the log; returns its index. */
  append(entry: Buffer): number {
    this.entries.push(entry);
    return this.site.treeSize++;
  }

  /** What is caused by time alone rests on the newest entry; in an empty log, on itself. */
  restOnNewestEntry(): void {
    this.cause = Math.max(0, this.site.treeSize - 1);
    this.traceparent = undefined;
  }

  knowBoot(state: BootState): void {
    const boots = this.bootsOf.get(state.source);
    if (boots === undefined) this.bootsOf.set(state.source, [state]);
    else {
      boots.push(state);
      boots.sort((a, b) => a.boot - b.boot);
    }
  }

  wakeBy(streamTimeMs: number): void {
    if (streamTimeMs < this.wakeMs) this.wakeMs = streamTimeMs;
  }

  park(parked: ParkedRecord): void {
    const key = parkedKey(parked.source, parked.boot, parked.seq);
    this.set.parked.set(key, parked);
    this.parkedAdded.set(key, parked);
  }

  /** Another record takes the place of one that waits, whether that is stored or not. */
  repark(parked: ParkedRecord): void {
    this.reparked.add(parkedKey(parked.source, parked.boot, parked.seq));
    this.park(parked);
  }

  unpark(key: string, { source, boot, seq }: ParkedRecord): void {
    this.set.parked.delete(key);
    // What came and went within this call leaves no trace in the store.
    const isNew = this.parkedAdded.delete(key);
    const tookPlace = this.reparked.delete(key);
    if (!isNew || tookPlace) this.parkedRemoved.push({ source, boot, seq });
  }

  /** Growth of an account in this call. */
  growth(account: AccountKey): Turnover {
    const known = this.turnovers.get(account);
    if (known !== undefined) return known;
    const fresh = noTurnover();
    this.turnovers.set(account, fresh);
    return fresh;
  }

  /** Lists are sorted by key, so that every writer takes its row locks in one order. */
  result(): FoldResult {
    const { office } = this.set;
    if (office.balances !== null) office.balances = grown(office.balances, this.turnovers);
    return {
      siteId: this.site.siteId,
      firstIndex: this.firstIndex,
      entries: this.entries,
      facts: this.facts,
      notices: this.notices,
      openings: this.openings,
      postings: this.postings,
      turnovers: this.turnovers,
      changed: {
        boots: [...this.boots].sort((a, b) => byText(a.source, b.source) || a.boot - b.boot),
        lots: sorted(this.lots, (lot) => lot.lotId),
        runs: sorted(this.runs, (run) => run.runId),
        visits: sorted(this.visits, (visit) => visit.visitId),
        shipments: sorted(this.shipments, (shipment) => shipment.shipmentId),
        totals: sorted(this.totals, (total) => `${total.stream}/${total.class}`),
        credits: sorted(this.credits, (credit) => `${credit.characteristic}/${credit.period}`),
        claims: sorted(this.claims, (claim) => claim.claimId),
        corrections: sorted(
          this.corrections.values(),
          ({ source, boot, seq }) => `${source} ${boot}.${seq}`,
        ),
      },
      digestBlocks: sorted(
        this.digestBlocks.values(),
        ({ block, ...of }) => `${of.source} ${of.boot} ${block}`,
      ),
      parkedAdded: [...this.parkedAdded.values()],
      parkedRemoved: this.parkedRemoved,
      exceptionsRaised: this.raised,
      exceptionsClosed: this.closed,
      exceptionsAcknowledged: this.acknowledged,
      periodsClosed: this.periodsClosed,
      keysAdopted: this.keysAdopted,
      booksAdopted: this.booksAdopted,
      counts: this.counts,
    };
  }
}

export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sorted = <State>(states: Iterable<State>, key: (state: State) => string): State[] =>
  [...states].sort((a, b) => byText(key(a), key(b)));
