import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DataOf } from '#contracts';
import { interleaving, withSilence } from '../../../test/arbitraries/disorder.js';
import {
  container,
  feed,
  frame,
  id,
  runEnd,
  runStart,
} from '../../../test/arbitraries/site-day.js';
import {
  Station,
  type StationEvent,
  adoption,
  emptySite,
  loadAndFold,
} from '../../../test/arbitraries/site-stream.js';
import type { StreamRecord, WorkingSet } from './model.js';

/** Runs of one line whose products are assayed, by an instrument that reads what it will. */

const drawnLot = fc.record({
  ppm: fc.array(fc.integer({ min: -200, max: 60_000 }), { minLength: 1, maxLength: 6 }),
  outlet: fc.nat({ max: 1 }),
  assayPpm: fc.option(fc.integer({ min: 0, max: 60_000 }), { freq: 4 }),
  calibrationId: fc.constantFrom('cal-1', 'cal-1', 'cal-1', 'cal-2'),
});
type DrawnLot = typeof drawnLot extends fc.Arbitrary<infer Lot> ? Lot : never;

const calibrated = (lab: Station, calibrationId: string): StationEvent => {
  const stated: DataOf<'sensorCalibrated'> = {
    calibrationId,
    station: id('sorter'),
    sensorModel: 'xrf-belt-1',
    elements: { Cu: { biasPpm: 20, uncertaintyPpm: 30, detectionLimitPpm: 200 } },
    validUntil: '2027-11-24T00:00:00.000Z',
  };
  return lab.say('sensorCalibrated', lab.source, stated);
};

function saidOf(lots: readonly DrawnLot[]): StationEvent[] {
  const [line, belt, sorter] = [new Station('line'), new Station('belt'), new Station('sorter')];
  const [floor, lab] = [new Station('floor'), new Station('chemist')];
  const ofLot = ({ ppm, outlet, assayPpm, calibrationId }: DrawnLot, at: number) => {
    const name = `run-${at}`;
    const runId = id(name);
    const [lotA, lotB] = [`${name}-a`, `${name}-b`];
    const made = frame(
      name,
      ppm.map((_, piece) => [(piece + outlet) % 2, 1_000]),
    );
    const scan = { ...made.scan, sensorModel: 'xrf-belt-1', calibrationId, ppm: { Cu: ppm } };
    const fractions = [{ analyte: 'Cu', ppm: assayPpm ?? 0, uncertaintyPpm: 100 }];
    const method = { method: 'melt-OES', sampleMassMg: 5 };
    return [
      line.say('runStarted', runId, runStart(name, lotA, lotB)),
      belt.say('feedMetered', runId, feed(name, 'lot-1', 6_000)),
      sorter.say('piecesClassified', runId, { ...made, scan }),
      floor.say('containerWeighed', runId, container(name, 0, 3_000)),
      ...(assayPpm === null
        ? []
        : [
            lab.say('lotAssayed', id(lotA), {
              lotId: id(lotA),
              assayId: name,
              ...method,
              fractions,
            }),
          ]),
      ...(at % 5 === 4 ? [calibrated(lab, `cal-${1 + (at % 2)}`)] : []),
      line.say('runClosed', runId, runEnd(name, belt, sorter, floor)),
    ];
  };
  return [adoption(), calibrated(lab, 'cal-1'), ...lots.flatMap(ofLot)];
}

const anyStream = fc
  .array(drawnLot, { minLength: 1, maxLength: 14 })
  .map(saidOf)
  .chain(([first, ...said]) => interleaving(said).map((mixed) => [first!, ...mixed]))
  .map((events) => withSilence(events, 100));

function folded(records: readonly StreamRecord[], size: number): WorkingSet {
  const set = emptySite();
  for (let at = 0; at < records.length; at += size) {
    loadAndFold(set, records.slice(at, at + size));
  }
  return set;
}

const watched = (set: WorkingSet): unknown => [
  set.site.sensors,
  [...set.lots.values()].map((lot) => [lot?.lotId, lot?.anchors, lot?.readings]).sort(),
];

describe('the watches of sensors', () => {
  it('are the same wherever the stream is cut, and move by no copy of it', () => {
    fc.assert(
      fc.property(anyStream, fc.integer({ min: 1, max: 20 }), (records, size) => {
        const whole = folded(records, records.length);
        expect(watched(folded(records, size))).toEqual(watched(whole));
        const before = watched(whole);
        loadAndFold(whole, records);
        expect(watched(whole)).toEqual(before);
      }),
    );
  });

  it('have a step of each lot that has both, and of none before its run is balanced', () => {
    let anchored = 0;
    fc.assert(
      fc.property(anyStream, (records) => {
        const set = emptySite();
        for (const record of records) {
          loadAndFold(set, [record]);
          for (const lot of set.lots.values()) {
            if (lot?.anchors === undefined) continue;
            expect(lot.assays.length).toBeGreaterThan(0);
            const runs = (lot.runs ?? []).map((runId) => set.runs.get(runId)?.status);
            expect(runs).toEqual(['balanced']);
          }
        }
        for (const { above, below, gain, shift, calibrationId } of set.site.sensors) {
          expect(Math.min(above, below)).toBeGreaterThanOrEqual(0);
          expect(gain.squares.every(Number.isFinite) && gain.said.every(Number.isFinite)).toBe(
            true,
          );
          expect(calibrationId).toBe(set.site.policy.calibrations?.at(-1)?.calibrationId);
          if (shift !== null) {
            expect(set.office.exceptions.get(shift.exceptionId)).toMatchObject({ closed: false });
          }
        }
        anchored += [...set.lots.values()].filter((lot) => lot?.anchors !== undefined).length;
      }),
    );
    expect(anchored).toBeGreaterThan(50);
  });
});
