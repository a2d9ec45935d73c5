import { Buffer } from 'node:buffer';
import { type DataOf, type SiteRegistry, type TypedData, decodeEntry } from '#contracts';
import { strikeBalance, strikeReached } from './balance.js';
import { accept, arrive, bootNamed, declareGap } from './completeness.js';
import { raise } from './exceptions.js';
import { fact } from './facts.js';
import { Folding } from './folding.js';
import { settleAllFrames } from './frames.js';
import { keptDigest } from './kept-digests.js';
import { RULES, type RuleVersions } from './limits.js';
import type { BootState, FoldResult, ParkedRecord, StreamRecord, WorkingSet } from './model.js';
import { keptOf, linkOf } from './said-digests.js';
import { type ReplayEntry, type ReplayFinding, decodeFact, told } from './replay-entry.js';
import { bootKey, openSite, openWorkingSet } from './working-set.js';

export { REPLAY_CLASSES, type ReplayEntry, type ReplayFinding } from './replay-entry.js';

interface Release {
  readonly state: BootState;
  readonly seq: number;
}

/** When a run began to wait for its marks: the log bounds that stream time from both sides. */
interface Waiting {
  /** Of the rules that were in force when it began. */
  readonly timeoutMs: number;
  readonly notBeforeMs: number;
  notAfterMs: number | null;
}

/**
 * Folds a log anew from its entries alone and tells where it is not what the rules make of what
 * the stations said. A log holds no ingest times and nothing that was still waiting, so what only
 * they decide is taken from the log and checked for being allowed (design, section 5): the time of
 * the first fact of each cause, which gap was given up, when a closing run was no longer waited
 * for. Everything else is made again and compared byte for byte.
 *
 * Entries MUST be pushed from index 0 on, and registries added before the entry that adopts them.
 * Throws an InvariantError where the rules themselves would have stopped.
 */
export class Replay {
  readonly set: WorkingSet;
  readonly findings: ReplayFinding[] = [];
  private folding: Folding;
  private held: ReplayEntry | null = null;
  private index = 0;
  /** Facts that the rules have stated and the log has yet to show. */
  private expected: Buffer[] = [];
  /** Gaps are given up for a record that waits above them, so that must come next. */
  private readonly releases: Release[] = [];
  private released: Release | null = null;
  private readonly waiting = new Map<string, Waiting>();

  constructor(siteId: string, rules: RuleVersions = RULES) {
    const set = openWorkingSet(openSite(siteId), rules);
    // Nothing is stored anywhere else: what is not in the maps does not exist.
    this.set = {
      ...set,
      lots: allLookedUp(set.lots),
      runs: allLookedUp(set.runs),
      visits: allLookedUp(set.visits),
      shipments: allLookedUp(set.shipments),
      digestBlocks: allLookedUp(set.digestBlocks),
      office: {
        ...set.office,
        balances: new Map(),
        claims: allLookedUp(set.office.claims),
        exceptions: allLookedUp(set.office.exceptions),
        corrections: allLookedUp(set.office.corrections),
      },
    };
    this.folding = new Folding(this.set);
  }

  addRegistry(digest: string, registry: SiteRegistry): void {
    this.set.registries.set(digest, registry);
  }

  /** An event that the next entry corrects: MUST be added before it, whatever is there. */
  addOriginal(index: number, entry: ReplayEntry): void {
    const { originals } = this.set.office;
    originals.clear();
    originals.set(index, entry.record);
  }

  /** Takes the next entry. What is said of it may wait for the one after it, or for `end`. */
  push(next: ReplayEntry): void {
    const { held } = this;
    this.held = next;
    if (held !== null) this.step(held, next);
  }

  /** The log ends here, at the size of a checkpoint: nothing may be left open. */
  end(): void {
    if (this.held !== null) this.step(this.held, null);
    this.held = null;
    const [missing] = this.expected;
    if (missing !== undefined) this.find('fact-missing', `${told(missing)} is not in the log`);
    for (const release of this.releases) this.findUnreleased(release);
  }

  /** Postings and states since the last call; call it now and then, so that they do not pile up. */
  settle(): FoldResult {
    settleAllFrames(this.folding);
    const result = this.folding.result();
    this.folding = new Folding(this.set);
    return result;
  }

  private step(entry: ReplayEntry, next: ReplayEntry | null): void {
    const expected = this.expected.shift();
    if (expected !== undefined && this.isAsExpected(expected, entry)) {
      this.index++;
      return;
    }
    this.set.site.treeSize = this.index;
    if (entry.record === null) this.decide(entry);
    else this.enter(entry, entry.record, next);
    this.index++;
  }

  /** False: the fact is not there at all, and the entry is to be looked at for itself. */
  private isAsExpected(expected: Buffer, { entry, attributes, record }: ReplayEntry): boolean {
    if (expected.equals(entry)) return true;
    const { seq } = decodeEntry(expected).attributes;
    if (record === null && attributes.seq === seq) {
      this.find('fact-differs', `the rules state ${told(expected)}, the log has ${told(entry)}`);
      return true;
    }
    this.find('fact-missing', `the rules state ${told(expected)}, the log has ${told(entry)}`);
    this.expected = [];
    this.set.site.factSeq = seq - 1;
    return false;
  }

  private enter(entry: ReplayEntry, record: StreamRecord, next: ReplayEntry | null): void {
    const { site } = this.set;
    const knownMs = site.streamTimeMs;
    // A fact's time is the stream time of its cause, so the first fact tells that of the record.
    if (next?.record === null) {
      site.streamTimeMs = Math.max(knownMs, Date.parse(next.attributes.time));
    }
    const { factSeq } = site;
    const { accepted } = this.folding.counts;
    this.arrive(record);
    const [own, ...facts] = this.folding.entries.splice(0);
    if (own === undefined || this.folding.counts.accepted === accepted) {
      // A ledger enters no copy; of a contradiction it states a fact and enters nothing.
      this.find('entry-twice', `${told(entry.entry)} has a seq that is in the log already`);
      site.streamTimeMs = knownMs;
      site.factSeq = factSeq;
      return;
    }
    if (!own.equals(entry.entry)) {
      this.find('entry-altered', `${told(entry.entry)} is not in the form of an entry`);
    }
    this.expected = facts;
    if (facts.length === 0) site.streamTimeMs = knownMs;
    this.watchClosing(record.typed, facts.length === 0 ? null : site.streamTimeMs);
  }

  private arrive(record: StreamRecord): void {
    const { source, boot, seq } = record.attributes;
    const { folding, releases, released } = this;
    const state = bootNamed(folding, source, boot);
    const waits = releases.at(-1);
    if (waits !== undefined) {
      const isIt = waits.state === state && waits.seq === seq;
      if (isIt) releases.pop();
      // What a lower boot had waiting comes before it, each in the order of its seqs.
      const isRun = released?.state === state && released.seq + 1 === seq;
      if (isIt || isRun) {
        this.released = { state, seq };
        accept(folding, state, record);
        return;
      }
      this.findUnreleased(waits);
      releases.length = 0;
    }
    const goesOn = released?.state === state && released.seq + 1 === seq;
    this.released = goesOn ? { state, seq } : null;
    arrive(folding, record);
    const [parked] = this.set.parked;
    if (parked !== undefined) this.enterBeyondHole(state, ...parked);
  }

  private enterBeyondHole(state: BootState, key: string, parked: ParkedRecord): void {
    const { source, boot, seq } = parked;
    this.find('seq-hole', `${source} ${boot}: ${state.position + 1} to ${seq - 1} are missing`);
    this.folding.unpark(key, parked);
    state.parkedSeqs = [];
    state.missingSinceMs = null;
    state.position = seq - 1;
    accept(this.folding, state, parked.record);
  }

  /** A fact that no entry of the log causes: time did, or what was waiting. */
  private decide(entry: ReplayEntry): void {
    const { site } = this.set;
    const timeMs = Date.parse(entry.attributes.time);
    if (timeMs < site.streamTimeMs) {
      const known = new Date(site.streamTimeMs).toISOString();
      this.find('time-backwards', `${told(entry.entry)} is of before ${known}`);
    } else site.streamTimeMs = timeMs;
    const typed = decodeFact(entry);
    this.folding.restOnNewestEntry();
    if (typed?.key === 'gapDeclared') this.giveUpGap(typed.data);
    else if (typed?.key === 'runBalanced') this.strikeWaiting(typed.data.runId, timeMs);
    else if (typed?.key === 'equivocationFound') this.takeEquivocation(typed.data);
    else this.find('fact-unfounded', `nothing in the log causes ${told(entry.entry)}`);
    const [own, ...facts] = this.folding.entries.splice(0);
    if (own !== undefined) {
      this.isAsExpected(own, entry);
      this.expected = facts;
      return;
    }
    site.treeSize = this.index + 1;
    site.factSeq = Math.max(site.factSeq, entry.attributes.seq);
  }

  private giveUpGap(gap: DataOf<'gapDeclared'>): void {
    const { station, boot, firstSeq, lastSeq, reason } = gap;
    const { folding, releases } = this;
    const state = this.set.boots.get(bootKey(station, boot));
    const position = state?.position ?? 0;
    const newest = folding.bootsOf.get(station)?.findLast((known) => known.position > 0)?.boot ?? 0;
    const isLower = boot < newest && releases.at(-1)?.state.source !== station;
    if (firstSeq !== position + 1 || lastSeq < firstSeq || isLower) {
      const why = isLower ? `boot ${newest} has spoken` : `the position is ${position}`;
      this.find('gap-illegal', `${station} ${boot}: ${firstSeq} to ${lastSeq}, but ${why}`);
      return;
    }
    const known = bootNamed(folding, station, boot);
    declareGap(folding, known, lastSeq, reason);
    strikeReached(folding);
    releases.push({ state: known, seq: lastSeq + 1 });
  }

  /** The other bytes are not in the log: that they were said is taken from the ledger. */
  private takeEquivocation(found: DataOf<'equivocationFound'>): void {
    const { station, boot, seq, known, found: other } = found;
    const { foundAttributesSha256, foundDataSha256 } = found;
    const stated = { station, boot, seq, known, found: other };
    const digests = { foundAttributesSha256, foundDataSha256 };
    const why = this.disproved(found);
    if (why !== null) this.find('fact-unfounded', `an equivocation of ${station} ${boot}: ${why}`);
    fact(this.folding, 'equivocationFound', station, { ...stated, ...digests });
    const figures = { boot: String(boot), seq: String(seq), known, found: other };
    raise(this.folding, 'equivocation', station, figures);
  }

  private disproved(found: DataOf<'equivocationFound'>): string | null {
    const { station, boot, seq, known } = found;
    const other = keptOf(
      linkOf({
        attributes: Buffer.from(found.foundAttributesSha256, 'hex'),
        data: Buffer.from(found.foundDataSha256, 'hex'),
      }),
    ).toString('hex');
    if (found.found !== other || other === known) return 'its digests do not fit together';
    const state = this.set.boots.get(bootKey(station, boot));
    const kept = state === undefined ? null : keptDigest(this.folding, state, seq);
    // Above the position the first of the two may still have waited, and comes later.
    if (kept === null) return seq > (state?.position ?? 0) ? null : `nothing is kept of ${seq}`;
    return kept.toString('hex') === known ? null : `the log has other bytes at ${seq}`;
  }

  private strikeWaiting(runId: string, timeMs: number): void {
    const run = this.folding.closing.get(runId);
    if (run === undefined) {
      this.find('fact-unfounded', `the balance of ${runId}, which does not wait for marks`);
      return;
    }
    const wait = this.waiting.get(runId);
    const notBeforeMs = wait === undefined ? 0 : wait.notBeforeMs + wait.timeoutMs;
    if (timeMs < notBeforeMs) {
      const due = new Date(notBeforeMs).toISOString();
      this.find('balance-early', `${runId} was to wait for its marks until ${due}`);
    }
    strikeBalance(this.folding, run);
  }

  /** `causeMs`: stream time of the record, where the log tells it. */
  private watchClosing(typed: TypedData, causeMs: number | null): void {
    const { waiting } = this;
    const { closing } = this.folding;
    const closedId = typed.key === 'runClosed' ? typed.data.runId : null;
    if (closedId !== null && closing.has(closedId) && !waiting.has(closedId)) {
      const notBeforeMs = causeMs ?? this.set.site.streamTimeMs;
      const timeoutMs = this.folding.limits.gapTimeoutMs;
      waiting.set(closedId, { timeoutMs, notBeforeMs, notAfterMs: causeMs });
    }
    if (causeMs === null) return;
    // While gaps are given up, runs that are due at the same time still have their turn.
    const isSettled = this.released === null;
    for (const [runId, wait] of waiting) {
      if (!closing.has(runId)) {
        waiting.delete(runId);
      } else if (wait.notAfterMs === null) {
        wait.notAfterMs = causeMs;
      } else if (isSettled && causeMs >= wait.notAfterMs + wait.timeoutMs) {
        this.find('balance-late', `${runId} still waits for its marks`);
        waiting.delete(runId);
      }
    }
  }

  private findUnreleased({ state, seq }: Release): void {
    const { source, boot } = state;
    this.find('gap-illegal', `${source} ${boot}: the gap does not end with the entry of ${seq}`);
  }

  private find(kind: ReplayFinding['class'], what: string): void {
    this.findings.push({ class: kind, index: this.index, what });
  }
}

/** Everything is known: an id without a state stands for nothing, and nobody has to load it. */
function allLookedUp<State>(states: Map<string, State | null>): Map<string, State | null> {
  const get = states.get.bind(states);
  states.get = (id) => get(id) ?? null;
  return states;
}
