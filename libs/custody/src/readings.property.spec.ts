import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DataOf } from '#contracts';
import { addContents, emptySums, sumsToText } from '#materials';
import { correct } from '../../../test/arbitraries/corrections.js';
import { frame, id, runStart } from '../../../test/arbitraries/site-day.js';
import {
  Station,
  type StationEvent,
  adoption,
  emptySite,
  loadAndFold,
  stream,
} from '../../../test/arbitraries/site-stream.js';
import type { WorkingSet } from './model.js';
import { richestOf } from './composition.js';

const RUN = id('run-1');
const LOTS = [id('a'), id('b')];
/** Outlet 2 has no lot. */
const OUTLETS = 3;

const piece = fc.record({
  massMg: fc.oneof(
    fc.integer({ min: 0, max: 2_000_000 }),
    fc.constantFrom(null, 25_000_000, 9_007_199_254_740_991),
  ),
  ppm: fc.oneof(
    fc.integer({ min: -3_000, max: 300_000 }),
    fc.constantFrom(null, 1_000_000, -1_000_000),
  ),
  outlet: fc.nat({ max: OUTLETS - 1 }),
});
const drawnFrame = fc.record({
  pieces: fc.array(piece, { minLength: 1, maxLength: 12 }),
  calibrationId: fc.constantFrom('cal-1', 'cal-2'),
});
type DrawnFrame = typeof drawnFrame extends fc.Arbitrary<infer Frame> ? Frame : never;

function scanOf({ pieces, calibrationId }: DrawnFrame): DataOf<'piecesClassified'> {
  const made = frame(
    'run-1',
    pieces.map(({ outlet, massMg }) => [outlet, massMg]),
  );
  const ppm = { Cu: pieces.map((one) => one.ppm), Cr: pieces.map(({ ppm: read }) => read) };
  return { ...made, scan: { ...made.scan, ppm, calibrationId } };
}

/** By definition: sums over the pieces of frames that went to an outlet. */
function sumsOver(frames: readonly DrawnFrame[], outlet: number): Record<string, string> {
  const found: Record<string, string> = {};
  for (const calibrationId of ['cal-1', 'cal-2']) {
    const sums = emptySums();
    for (const { pieces, calibrationId: of } of frames) {
      if (of !== calibrationId) continue;
      const there = pieces.filter((one) => one.outlet === outlet);
      const [massMg, ppm] = [there.map((one) => one.massMg), there.map((one) => one.ppm)];
      addContents(sums, { massMg, ppm });
    }
    if (sums.pieces > 0n) found[calibrationId] = sumsToText(sums);
  }
  return found;
}

function copperOf(
  readings: readonly { calibrationId: string; sums: Record<string, string> }[] = [],
): Record<string, string> {
  return Object.fromEntries(
    readings.flatMap(({ calibrationId, sums }) => {
      // Both columns read the same.
      expect(sums['Cr']).toBe(sums['Cu']);
      return sums['Cu'] === undefined ? [] : [[calibrationId, sums['Cu']]];
    }),
  );
}

const readingsIn = (set: WorkingSet): unknown => ({
  lots: LOTS.map((lotId) => [set.lots.get(lotId)?.readings, set.lots.get(lotId)?.richest]),
  run: [set.runs.get(RUN)?.readings, set.runs.get(RUN)?.richest],
});

/** Folds the events in calls of the sizes given, over and over. */
function folded(events: readonly StationEvent[], sizes: readonly number[]): WorkingSet {
  const set = emptySite();
  const records = stream(events);
  for (let at = 0, call = 0; at < records.length; call++) {
    const size = sizes[call % sizes.length]!;
    loadAndFold(set, records.slice(at, at + size));
    at += size;
  }
  return set;
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

describe('readings of a lot', () => {
  it('are the sums over its frames, for every split into calls and wherever the run starts', () => {
    fc.assert(
      fc.property(
        fc.array(drawnFrame, { maxLength: 12 }),
        fc.nat({ max: 12 }),
        sizes,
        sizes,
        (frames, early, some, others) => {
          const sorter = new Station('sorter');
          const said = frames.map((one) => sorter.say('piecesClassified', RUN, scanOf(one)));
          const start = new Station('line').say('runStarted', RUN, runStart('run-1', 'a', 'b'));
          said.splice(early, 0, start);
          const events = [adoption(), ...said];
          const set = folded(events, some);
          LOTS.forEach((lotId, outlet) => {
            expect(copperOf(set.lots.get(lotId)?.readings)).toEqual(sumsOver(frames, outlet));
          });
          const rows = set.runs.get(RUN)?.readings ?? [];
          for (let outlet = 0; outlet < OUTLETS; outlet++) {
            const ofOutlet = rows.filter((row) => row.outlet === outlet);
            expect(copperOf(ofOutlet)).toEqual(sumsOver(frames, outlet));
          }
          expect(readingsIn(folded(events, others))).toEqual(readingsIn(set));
        },
      ),
    );
  });

  it('are the same in whatever order the frames come, the richest pieces too', () => {
    const named = fc.array(fc.tuple(drawnFrame, fc.nat()), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(named, sizes, (drawn, calls) => {
        // A station each, so that the order of frames is free and the names of pieces stay.
        const events = drawn.map(([one], at) =>
          new Station(`sorter-${at}`).say('piecesClassified', RUN, scanOf(one)),
        );
        const start = new Station('line').say('runStarted', RUN, runStart('run-1', 'a', 'b'));
        const shuffled = events
          .map((event, at) => ({ event, by: drawn[at]![1] }))
          .sort((a, b) => a.by - b.by)
          .map(({ event }) => event);
        const set = folded([adoption(), start, ...events], calls);
        const other = folded([adoption(), start, ...shuffled], calls);
        expect(readingsIn(other)).toEqual(readingsIn(set));
      }),
    );
  });

  it('lose exactly what a withdrawn frame brought, and name none of its pieces', () => {
    fc.assert(
      fc.property(
        fc.array(drawnFrame, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        (frames, which) => {
          const sorter = new Station('sorter');
          const said = frames.map((one) => sorter.say('piecesClassified', RUN, scanOf(one)));
          const start = new Station('line').say('runStarted', RUN, runStart('run-1', 'a', 'b'));
          const set = emptySite();
          const gone = which % frames.length;
          const indices = stream([adoption(), start, ...said]).map(
            (record) => loadAndFold(set, [record]).firstIndex,
          );
          const wrong = correct(new Station('office'), said[gone]!, indices[gone + 2]!, null, 'b');
          loadAndFold(set, stream([wrong]));
          const left = frames.filter((_one, at) => at !== gone);
          LOTS.forEach((lotId, outlet) => {
            const lot = set.lots.get(lotId)!;
            expect(copperOf(lot.readings)).toEqual(sumsOver(left, outlet));
            const seqs = Object.values(richestOf(lot)).flatMap((pieces) =>
              pieces.map(({ seq }) => seq),
            );
            expect(seqs).not.toContain(gone + 1);
          });
        },
      ),
    );
  });
});
