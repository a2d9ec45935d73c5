import type { BootState, FoldCounts, WorkingSet } from '#custody';
import { same } from './check.js';
import type { LogCheck } from './log-check.js';
import type { SiteModel } from './site-model.js';
import type { BootModel } from './source-model.js';

const COUNTED = ['accepted', 'rejected', 'duplicates', 'unverified', 'equivocations'] as const;

/** I18 and I20: every seq is entered, waits or was given up; all that was consumed is one of them. */
export class CompletenessCheck {
  private readonly counts = {
    accepted: 0,
    rejected: 0,
    duplicates: 0,
    unverified: 0,
    equivocations: 0,
  };

  constructor(private readonly log: LogCheck) {}

  count(counts: FoldCounts): void {
    for (const name of COUNTED) this.counts[name] += counts[name];
  }

  check({ boots }: WorkingSet, { sources, consumed, rejected }: SiteModel): void {
    const sums = { entered: 0, parked: 0, duplicates: 0, contradictions: 0 };
    for (const boot of sources.boots) {
      const state = boots.get(`${boot.source} ${boot.boot}`);
      const name = `${boot.source} ${boot.boot}`;
      if (state === undefined) throw new Error(`I18: nothing is known of ${name}`);
      this.checkBoot(name, state, boot);
      sums.entered += boot.entries;
      sums.parked += boot.parked.size;
      sums.duplicates += boot.duplicates;
      sums.contradictions += boot.contradictions.size;
    }
    same(boots.size, sources.boots.length, 'I18: boots');
    same(this.counts.accepted, sums.entered, 'I20: accepted');
    same(this.counts.rejected, rejected, 'I20: rejected');
    same(this.counts.duplicates, sums.duplicates, 'I20: duplicates');
    same(this.counts.unverified, 0, 'I20: unverified');
    same(this.counts.equivocations, sums.contradictions, 'I20: equivocations');
    const all = sums.entered + sums.parked + sums.duplicates + sums.contradictions;
    same(all, consumed, 'I20: all that was consumed');
    same(this.log.size, sums.entered + this.log.facts, 'I20: entries');
  }

  private checkBoot(name: string, state: BootState, boot: BootModel): void {
    same(state.position, boot.position, 'I18: position', name);
    same(seqsOf(state.openSlots), listed(boot.gaps), 'I18: open slots', name);
    same(state.parkedSeqs.join(), listed(boot.parked.keys()), 'I18: parked', name);
    same(state.openAbove ?? false, boot.openAbove, 'I18: open above', name);
    same(state.accepted, boot.entries, 'I20: entered', name);
    this.log.checkPosition(state.source, state.boot, state.position);
  }
}

const listed = (seqs: Iterable<number>): string => [...seqs].sort((a, b) => a - b).join();

const seqsOf = (ranges: BootState['openSlots']): string =>
  ranges
    .flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, n) => first + n))
    .join();
