import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { correctedHistory } from '../../../test/arbitraries/corrections.js';
import { damage, delays, interleaving, withSilence } from '../../../test/arbitraries/disorder.js';
import { siteHistory } from '../../../test/arbitraries/site-history.js';
import { emptySite, loadAndFold } from '../../../test/arbitraries/site-stream.js';
import { comparedOutlets } from './estimates.js';
import { FIRST_RULES, RULES } from './limits.js';
import type { FoldResult, StreamRecord, WorkingSet } from './model.js';

const first = RULES.get(FIRST_RULES)!;
/** Masses of drawn histories are a few grams: with the floor of a kilogram nothing would differ. */
const estimates = { missedPpm: 5_000, strayPpm: 500, floorMg: 0 };
const rules = new Map([[FIRST_RULES, { ...first, estimates }]]);

/** Disordered, damaged and corrected, then so silent that everything that waits has its turn. */
const anyStream = correctedHistory
  .chain((events) => interleaving(events))
  .chain((events) => delays(events))
  .chain((events) => fc.oneof(fc.constant(events), damage(events)))
  .map((events) => withSilence(events));

/** Lots and outlets of the exceptions that are open, by what the facts of the log say. */
class Open {
  private readonly places = new Map<string, string>();

  take({ exceptionsRaised, exceptionsClosed }: FoldResult): this {
    for (const { exceptionId, code, about, figures } of exceptionsRaised) {
      if (code !== 'estimate-difference') continue;
      this.places.set(exceptionId, `${figures['run']} ${figures['outlet']} ${about}`);
    }
    for (const { exceptionId } of exceptionsClosed) this.places.delete(exceptionId);
    return this;
  }

  get all(): string[] {
    return [...this.places.values()].sort();
  }
}

/** What I13 asks for. */
const beyondIn = ({ runs }: WorkingSet): string[] =>
  [...runs.values()]
    .filter((run) => run !== null)
    .flatMap((run) =>
      comparedOutlets(run, estimates)
        .filter(({ within }) => !within)
        .map(({ outlet, lotId }) => `${run.runId} ${outlet} ${lotId}`),
    )
    .sort();

describe('book E against book W (I13)', () => {
  it('has an open exception exactly where they differ, after every record', () => {
    let differed = 0;
    fc.assert(
      fc.property(anyStream, (records) => {
        const set = emptySite(rules);
        const open = new Open();
        for (const record of records) {
          open.take(loadAndFold(set, [record]));
          if (open.all.join() !== beyondIn(set).join()) expect(open.all).toEqual(beyondIn(set));
          differed += open.all.length;
        }
      }),
    );
    expect(differed).toBeGreaterThan(0);
  });

  it('ends at the same whatever the order of observations', () => {
    const permuted = siteHistory.chain(({ events }) =>
      fc.record({
        events: fc.constant(events),
        mixed: interleaving(events).chain((mixed) => delays(mixed)),
        step: fc.constantFrom(10, 4_000, 25_000),
      }),
    );
    const endOf = (records: readonly StreamRecord[]): string[] =>
      new Open().take(loadAndFold(emptySite(rules), records)).all;
    fc.assert(
      fc.property(permuted, ({ events, mixed, step }) => {
        expect(endOf(withSilence(mixed, step))).toEqual(endOf(withSilence(events, 10)));
      }),
      { numRuns: 150 },
    );
  });

  it('raises and closes the same wherever the stream is cut', () => {
    fc.assert(
      fc.property(anyStream, fc.array(fc.nat(), { maxLength: 4 }), (records, cuts) => {
        const whole = loadAndFold(emptySite(rules), records);
        const bounds = [0, ...cuts.map((cut) => cut % (records.length + 1)), records.length];
        bounds.sort((a, b) => a - b);
        const set = emptySite(rules);
        const parts = bounds
          .slice(1)
          .map((end, index) => loadAndFold(set, records.slice(bounds[index], end)));
        expect(parts.flatMap((part) => part.exceptionsRaised)).toEqual(whole.exceptionsRaised);
        expect(parts.flatMap((part) => part.exceptionsClosed)).toEqual(whole.exceptionsClosed);
      }),
    );
  });
});
