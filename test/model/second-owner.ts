import { Buffer } from 'node:buffer';
import { expect } from '@jest/globals';
import type { SiteRegistry } from '#contracts';
import {
  type FoldResult,
  type Missing,
  type StreamRecord,
  type WorkingSet,
  decodeState,
  encodeState,
  fold,
  missing,
  openWorkingSet,
  originalOf,
} from '#custody';

/**
 * I19, as far as rules go: an owner that dies before its commit, or is superseded, leaves nothing,
 * and the next one, which knows what is stored and nothing else, makes the same of the record. The
 * fence itself is the database's (`docs/invariants.md`).
 */
export class SecondOwner {
  /** What it lacks it looks up in what is stored, as the first owner has it. */
  constructor(
    private readonly stored: WorkingSet,
    private readonly entries: readonly Buffer[],
    private readonly registry: SiteRegistry,
  ) {}

  /** What it makes of the record; what is stored does not change. */
  fold(record: StreamRecord): FoldResult {
    const set = this.open();
    for (;;) {
      const wanted = missing(set, [record]);
      if (Object.values(wanted).every(({ length }) => length === 0)) break;
      this.load(set, wanted);
    }
    return fold(set, [record]);
  }

  /** What is loaded of a site whatever comes. */
  private open(): WorkingSet {
    const { stored } = this;
    const set = openWorkingSet(copy(stored.site), stored.office.rules);
    set.site.registry = stored.site.registry === null ? null : this.registry;
    fill(set.boots, stored.boots);
    fill(set.totals, stored.totals);
    fill(set.noticeSeqs, stored.noticeSeqs);
    for (const [key, parked] of stored.parked) set.parked.set(key, parked);
    for (const [runId, run] of stored.runs) {
      if (run?.status === 'closing') set.runs.set(runId, copy(run));
    }
    for (const [key, credit] of stored.office.credits) {
      if (credit.period === stored.site.policy.period) set.office.credits.set(key, copy(credit));
    }
    return set;
  }

  private load(set: WorkingSet, wanted: Missing): void {
    const { stored } = this;
    look(set.lots, stored.lots, wanted.lots);
    look(set.runs, stored.runs, wanted.runs);
    look(set.visits, stored.visits, wanted.visits);
    look(set.shipments, stored.shipments, wanted.shipments);
    look(set.office.exceptions, stored.office.exceptions, wanted.exceptions);
    look(set.office.corrections, stored.office.corrections, wanted.corrections);
    for (const digest of wanted.registries) set.registries.set(digest, this.registry);
    for (const key of wanted.digestBlocks) {
      const block = stored.digestBlocks.get(key) ?? null;
      set.digestBlocks.set(key, block === null ? null : Buffer.from(block));
    }
    for (const index of wanted.originals) {
      const entry = this.entries[Number(index)];
      set.office.originals.set(Number(index), entry === undefined ? null : originalOf(entry));
    }
    if (wanted.balances.length > 0) set.office.balances = new Map(stored.office.balances);
    this.loadClaims(set, wanted.claims, wanted.claimedLots);
    this.loadLineages(set, wanted.lineages);
  }

  private loadClaims(set: WorkingSet, ids: readonly string[], lots: readonly string[]): void {
    const { claims, claimedLots } = set.office;
    for (const id of ids) claims.set(id, claims.get(id) ?? null);
    for (const lotId of lots) claimedLots.add(lotId);
    for (const [id, claim] of this.stored.office.claims) {
      if (claim === null || (claims.get(id) ?? null) !== null) continue;
      const isOfLot = claim.lotId !== null && lots.includes(claim.lotId);
      if (ids.includes(id) || isOfLot) claims.set(id, copy(claim));
    }
  }

  /** Lots that came of the lots, and the claims on them. */
  private loadLineages(set: WorkingSet, lots: readonly string[]): void {
    const down = new Set(lots);
    for (const parent of down) {
      for (const lot of this.stored.lots.values()) {
        if (lot?.parents.includes(parent) === true) down.add(lot.lotId);
      }
    }
    const unknown = [...down].filter((lotId) => (set.lots.get(lotId) ?? null) === null);
    look(set.lots, this.stored.lots, unknown);
    for (const lotId of lots) set.office.lineages.add(lotId);
    if (lots.length > 0) this.loadClaims(set, [], [...down]);
  }
}

/** Both have made the same log, books and states of one record. */
export function expectSame(one: FoldResult, other: FoldResult): void {
  const texts = ({ entries }: FoldResult): string[] => entries.map((entry) => entry.toString());
  expect(texts(one)).toEqual(texts(other));
  expect(one.postings).toEqual(other.postings);
  expect(one.turnovers).toEqual(other.turnovers);
  expect(one.changed).toEqual(other.changed);
  expect(one.notices.map(({ seq }) => seq)).toEqual(other.notices.map(({ seq }) => seq));
  expect(one.counts).toEqual(other.counts);
}

const copy = <State>(state: State): State => decodeState(encodeState(state)) as State;

function fill<State>(into: Map<string, State>, from: ReadonlyMap<string, State>): void {
  for (const [key, state] of from) into.set(key, copy(state));
}

function look<State>(
  into: Map<string, State | null>,
  from: ReadonlyMap<string, State | null>,
  ids: readonly string[],
): void {
  for (const id of ids) {
    const state = from.get(id) ?? null;
    into.set(id, state === null ? null : copy(state));
  }
}
