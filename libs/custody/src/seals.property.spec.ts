import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { delays, interleaving, quiet } from '../../../test/arbitraries/disorder.js';
import { withSeals } from '../../../test/arbitraries/sealing.js';
import { codesOf, factNames } from '../../../test/arbitraries/site-day.js';
import { siteHistory } from '../../../test/arbitraries/site-history.js';
import {
  START_MS,
  type StationEvent,
  at,
  emptySite,
  loadAndFold,
  stream,
} from '../../../test/arbitraries/site-stream.js';
import type { FoldResult, SealChain, StreamRecord, WorkingSet } from './model.js';

/** A history in which every station seals, in any order that a network may give it. */
const sealedHistory: fc.Arbitrary<readonly StationEvent[]> = fc
  .record({ history: siteHistory, every: fc.integer({ min: 1, max: 6 }) })
  .chain(({ history, every }) => interleaving(withSeals(history.events, every)))
  .chain((mixed) => delays(mixed));

/** Gaps never come while it lasts; then silence brings them. */
const withSilence = (events: readonly StationEvent[]): StreamRecord[] => [
  ...stream(events, 10),
  ...quiet().map((event, index) => at(event, START_MS + (index + 1) * 100_000)),
];

const foldAll = (events: readonly StationEvent[]): { set: WorkingSet; result: FoldResult } => {
  const set = emptySite();
  return { set, result: loadAndFold(set, withSilence(events)) };
};

const chains = ({ boots }: WorkingSet): SealChain[] => [...boots.values()].map((b) => b.seals!);

const count = (set: WorkingSet, of: 'verified' | 'failed' | 'incomplete'): number =>
  chains(set).reduce((sum, chain) => sum + chain[of], 0);

const sealsIn = (events: readonly StationEvent[]): number =>
  events.filter(({ attributes }) => attributes.type.includes('station.sealed')).length;

/** Other bytes that are as good an event: what a schema cannot tell, a seal must. */
const ALTERATIONS: Readonly<Record<string, (event: StationEvent) => StationEvent>> = {
  time: ({ attributes, value }) => ({
    attributes: { ...attributes, time: '2026-11-24T07:58:59.999Z' },
    value,
  }),
  actor: ({ attributes, value }) => ({ attributes: { ...attributes, actor: 'someone' }, value }),
  data: ({ attributes, value }) => ({ attributes, value: Buffer.from(spaced(value)) }),
};

/** One more space; of a frame within the scan. */
const spaced = (value: Buffer): string =>
  value.toString().startsWith('{"scan":')
    ? value.toString().replace('{"scan":{', '{"scan":{ ')
    : value.toString().replace('{', '{ ');

/** Any event but a station's last: after it no seal could tell. The first opens the log. */
const oneOf = (events: readonly StationEvent[], pick: number): number => {
  const last = new Map<string, number>();
  for (const { attributes } of events) {
    last.set(attributes.source, Math.max(last.get(attributes.source) ?? 0, attributes.seq));
  }
  const inside = [...events.keys()].filter((index) => {
    const { source, seq } = events[index]!.attributes;
    return index > 0 && seq < last.get(source)!;
  });
  return inside[pick % inside.length]!;
};

describe('a history of which nothing was touched', () => {
  it('has every seal verified, whatever the order', () => {
    fc.assert(
      fc.property(sealedHistory, (events) => {
        const { set, result } = foldAll(events);
        expect(count(set, 'verified')).toBe(sealsIn(events));
        expect([count(set, 'failed'), count(set, 'incomplete')]).toEqual([0, 0]);
        expect(codesOf(result).filter((code) => /^(seal|key|equiv)/.test(code))).toEqual([]);
        expect(result.counts.unverified).toBe(0);
      }),
    );
  });
});

describe('one record', () => {
  it('that is deleted anywhere is a gap; once it comes, every seal is verified', () => {
    fc.assert(
      fc.property(sealedHistory, fc.nat(), (events, pick) => {
        const index = oneOf(events, pick);
        const gone = events[index]!;
        const { set, result } = foldAll(events.toSpliced(index, 1));
        const { source, seq } = gone.attributes;
        expect(factNames(result)).toContain('gap.declared timeout');
        expect(set.boots.get(`${source} ${gone.attributes.boot}`)?.openSlots).toEqual([
          { first: seq, last: seq },
        ]);
        expect(count(set, 'failed')).toBe(0);
        expect(count(set, 'incomplete')).toBeGreaterThan(0);
        const late = loadAndFold(set, [at(gone, set.site.streamTimeMs)]);
        expect(factNames(late)).toContain('gap.filled');
        expect([count(set, 'failed'), count(set, 'incomplete')]).toEqual([0, 0]);
      }),
    );
  });

  it.each(Object.entries(ALTERATIONS))(
    'whose %s is altered anywhere fails one seal',
    (_, alter) => {
      fc.assert(
        fc.property(sealedHistory, fc.nat(), (events, pick) => {
          const index = oneOf(events, pick);
          const { source } = events[index]!.attributes;
          const { set, result } = foldAll(events.with(index, alter(events[index]!)));
          expect(codesOf(result).filter((code) => code.startsWith('seal-failed'))).toEqual([
            `seal-failed ${source}`,
          ]);
          expect(count(set, 'failed')).toBe(1);
        }),
      );
    },
  );

  it('that is altered and comes late fails its seal then', () => {
    fc.assert(
      fc.property(sealedHistory, fc.nat(), (events, pick) => {
        const index = oneOf(events, pick);
        const { set } = foldAll(events.toSpliced(index, 1));
        const altered = ALTERATIONS['time']!(events[index]!);
        const late = loadAndFold(set, [at(altered, set.site.streamTimeMs)]);
        expect(codesOf(late)).toContain(`seal-failed ${altered.attributes.source}`);
      }),
    );
  });

  it('that is said a second time with other bytes is an equivocation, once', () => {
    fc.assert(
      fc.property(
        sealedHistory,
        fc.nat(),
        fc.constantFrom(...Object.values(ALTERATIONS)),
        (events, pick, alter) => {
          const index = oneOf(events, pick);
          const other = alter(events[index]!);
          const clean = foldAll(events);
          const { set, result } = foldAll([...events, other, other]);
          expect(result.counts).toMatchObject({ equivocations: 1, unverified: 0, duplicates: 1 });
          expect(codesOf(result)).toContain(`equivocation ${other.attributes.source}`);
          expect(result.turnovers).toEqual(clean.result.turnovers);
          expect(count(set, 'failed')).toBe(0);
        },
      ),
    );
  });
});

describe('a stream with all of that', () => {
  const troubled = fc
    .record({
      events: sealedHistory,
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
      alter: fc.constantFrom(...Object.values(ALTERATIONS)),
    })
    .map(({ events, picks, alter }) =>
      picks.reduce((stream, pick, turn) => {
        const index = oneOf(stream, pick);
        if (turn % 3 === 0) return stream.toSpliced(index, 1);
        if (turn % 3 === 1) return stream.with(index, alter(stream[index]!));
        return [...stream, alter(stream[index]!)];
      }, events),
    );

  it('gives the same log and states wherever it is cut', () => {
    fc.assert(
      fc.property(troubled, fc.array(fc.nat(), { maxLength: 4 }), (events, cuts) => {
        const records = withSilence(events);
        const whole = emptySite();
        const { entries } = loadAndFold(whole, records);
        const parts = emptySite();
        const bounds = [0, ...cuts.map((cut) => cut % records.length), records.length];
        bounds.sort((a, b) => a - b);
        const inParts = bounds
          .slice(1)
          .flatMap((end, index) => loadAndFold(parts, records.slice(bounds[index], end)).entries);
        expect(inParts.map(String)).toEqual(entries.map(String));
        expect(parts.boots).toEqual(whole.boots);
      }),
    );
  });

  it('takes no notice of a second copy of it all', () => {
    fc.assert(
      fc.property(troubled, (events) => {
        const once = foldAll(events);
        const set = emptySite();
        const twice = withSilence(events).flatMap((record) => [record, record]);
        const { entries } = loadAndFold(set, twice);
        expect(entries.map(String)).toEqual(once.result.entries.map(String));
        expect(chains(set)).toEqual(chains(once.set));
      }),
    );
  });
});
