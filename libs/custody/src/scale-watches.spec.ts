import { describe, expect, it } from '@jest/globals';
import type { DataOf } from '#contracts';
import {
  Day,
  container,
  dispatch,
  factNames,
  feed,
  frame,
  id,
  runStart,
} from '../../../test/arbitraries/site-day.js';
import { Station } from '../../../test/arbitraries/site-stream.js';
import type { FoldResult } from './model.js';
import type { ScaleWatch } from './scale-model.js';

const watchOf = (day: Day, scale: string): ScaleWatch | undefined =>
  day.set.site.scales.find(({ scaleId }) => scaleId === scale);

const shifts = (results: readonly FoldResult[]): unknown[] =>
  results
    .flatMap(({ exceptionsRaised }) => exceptionsRaised)
    .filter(({ code }) => code === 'scale-shift')
    .map(({ about, figures }) => [about, figures['direction'], figures['steps']]);

/** Run `name`: 1,000 mg by one belt, `outMg` by one floor scale, each known to 10 mg. */
function sort(
  day: Day,
  name: string,
  outMg: number,
  { beltId = 'belt-1', floorId = 'floor-1', marks = true } = {},
): FoldResult {
  const runId = id(name);
  const stations = [day.belt, day.sorter, day.floor];
  const upTo = (): DataOf<'runClosed'>['upTo'] =>
    (marks ? stations : [])
      .filter(({ lastSeq }) => lastSeq > 0)
      .map(({ source, boot, lastSeq }) => ({ source, boot, seq: lastSeq }));
  day.fold(day.line.say('runStarted', runId, runStart(name, `${name}-out`)));
  day.fold(day.belt.say('feedMetered', runId, { ...feed(name, 'lot-1', 1_000), scaleId: beltId }));
  const weighed = { ...container(name, 0, outMg), scaleId: floorId };
  day.fold(day.floor.say('containerWeighed', runId, weighed));
  day.fold(day.sorter.say('piecesClassified', runId, frame(name, [[0, 1]])));
  const closed = day.fold(day.line.say('runClosed', runId, { runId, losses: [], upTo: upTo() }));
  return marks ? closed : day.wait(61);
}

const sortMany = (day: Day, count: number, outMg: number, of = {}): FoldResult[] =>
  Array.from({ length: count }, () => sort(day, `run-${day.set.runs.size}`, outMg, of));

describe('the watch of a scale', () => {
  it('makes a step of opposite sign for both scales of a run', () => {
    const day = new Day();
    sort(day, 'run-1', 970);
    // 30 mg of what two scales are uncertain by: 10 mg each.
    const sigmas = 30 / Math.sqrt(200);
    expect(watchOf(day, 'belt-1')).toMatchObject({ above: sigmas - 0.5, below: 0, steps: 1 });
    expect(watchOf(day, 'floor-1')).toMatchObject({ above: 0, below: sigmas - 0.5, steps: 1 });
    expect(watchOf(day, 'floor-1')?.against).toEqual(['belt-1']);
    sort(day, 'run-2', 1_100);
    expect(watchOf(day, 'belt-1')).toMatchObject({ above: 0, below: 3.5, steps: 2 });
  });

  it('says once that a scale has shifted, of both where nothing tells them apart', () => {
    const day = new Day();
    const results = sortMany(day, 12, 960);
    expect(shifts(results)).toEqual([
      ['belt-1', 'high', '4'],
      ['floor-1', 'low', '4'],
    ]);
  });

  it('blames the scale that is off against every other, and rests the others', () => {
    const day = new Day();
    const results = Array.from({ length: 4 }, (_, at) => [
      ...sortMany(day, 1, 960, { beltId: 'belt-1' }),
      ...sortMany(day, 1, 960, { beltId: `bridge-1` }),
      at,
    ]);
    const folded = results.flat().filter((result) => typeof result !== 'number');
    expect(shifts(folded)).toEqual([['floor-1', 'low', '4']]);
  });

  it('is not moved by a run that waited, by several scales, or by one that is not enrolled', () => {
    const day = new Day();
    sort(day, 'run-1', 100, { marks: false });
    sort(day, 'run-2', 100, { floorId: 'belt-1' });
    sort(day, 'run-3', 100, { floorId: 'unheard-of', beltId: 'unheard-of-too' });
    expect(day.set.site.scales).toEqual([]);
  });

  it('is not raised by one weighing, however wrong, nor moved again by its correction', () => {
    const day = new Day();
    expect(shifts([...sortMany(day, 1, 1), ...sortMany(day, 9, 1_000)])).toEqual([]);
    expect(watchOf(day, 'belt-1')).toMatchObject({ above: 0, below: 0, steps: 0, against: [] });
    const before = day.set.site.scales;
    day.fold(day.floor.say('containerWeighed', id('run-1'), container('run-1', 0, 999)));
    expect(day.set.site.scales).toEqual(before);
  });

  it('begins anew when the scale is verified, or the office closes what it said', () => {
    const day = new Day();
    sortMany(day, 4, 960);
    const { exceptionId } = watchOf(day, 'floor-1')!.shift!;
    const verify = (verdict: 'passed' | 'failed'): FoldResult =>
      day.fold(
        day.lab.say('scaleVerified', day.lab.source, {
          scaleId: 'belt-1',
          accuracyClass: '0.5',
          intervalMg: 1,
          maxMg: 1_000,
          errors: [{ loadMg: 1_000, errorMg: 0, uncertaintyMg: 0 }],
          verdict,
          certificate: 'V-1',
          validUntil: '2027-11-24T00:00:00.000Z',
        }),
      );
    expect(factNames(verify('failed'))).toEqual([]);
    expect(factNames(verify('passed'))).toEqual(['exception.closed scale-verified']);
    expect(watchOf(day, 'belt-1')).toMatchObject({ above: 0, steps: 0, shift: null });
    const closing = { exceptionId, reason: 'adjusted' };
    day.fold(day.office.say('exceptionClosedByOffice', day.office.source, closing));
    expect(watchOf(day, 'floor-1')).toMatchObject({ below: 0, steps: 0, shift: null });
    expect(shifts(sortMany(day, 4, 960))).toHaveLength(2);
  });
});

describe('a shipment that arrived', () => {
  const bridge = new Station('bridge');
  const leave = (day: Day, name: string, visit: string, netMg: number): void => {
    const visitId = id(visit);
    const weigh = (weighing: 'gross' | 'tare', massMg: number): void => {
      const what = { visitId, weighing, scaleId: 'bridge-1', massMg, uncertaintyMg: 10 };
      day.fold(bridge.say('weighingRecorded', visitId, what));
    };
    weigh('tare', 500);
    const sent = { ...dispatch(name, 'lot-1', 1_000, false), visitId };
    day.fold(day.gate.say('shipmentDispatched', id(name), sent));
    weigh('gross', 500 + netMg);
  };
  const arrive = (day: Day, name: string, remainder: 'none' | 'to-follow'): FoldResult =>
    day.fold(
      day.office.say('shipmentReceived', id(`receipt-${name}-${remainder}`), {
        shipmentId: id(name),
        receiptId: id(`receipt-${name}-${remainder}`),
        verdict: 'accepted',
        lines: [],
        acceptedMg: remainder === 'none' ? 980 : 0,
        deductions: [
          { account: 'moisture', massMg: remainder === 'none' ? 20 : 0, reason: 'rain' },
        ],
        uncertaintyMg: 10,
        remainder,
      }),
    );

  it('holds the scale that weighed its vehicle against what its consignee weighed', () => {
    const day = new Day();
    leave(day, 'shipment-1', 'visit-1', 1_030);
    arrive(day, 'shipment-1', 'to-follow');
    expect(watchOf(day, 'bridge-1')).toBeUndefined();
    arrive(day, 'shipment-1', 'none');
    // Gross, tare, and two loads weighed there: 10 mg each.
    expect(watchOf(day, 'bridge-1')).toMatchObject({ above: 30 / 20 - 0.5, against: ['Mill'] });
  });

  it('says nothing of a scale when its vehicle took something else as well', () => {
    const day = new Day();
    leave(day, 'shipment-1', 'visit-1', 2_000);
    leave(day, 'shipment-2', 'visit-1', 2_000);
    arrive(day, 'shipment-1', 'none');
    expect(day.set.site.scales).toEqual([]);
  });
});
