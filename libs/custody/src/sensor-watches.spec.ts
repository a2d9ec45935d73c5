import { describe, expect, it } from '@jest/globals';
import type { DataOf } from '#contracts';
import { gainOf } from '#materials';
import {
  Day,
  container,
  factNames,
  feed,
  frame,
  id,
  runEnd,
  runStart,
} from '../../../test/arbitraries/site-day.js';
import { compositionOf } from './composition.js';
import type { FoldResult, LotState } from './model.js';
import type { SensorWatch } from './sensor-model.js';

const PRIOR_PPM = 60_000;
/** What every lot of these has of copper. */
const TRUE_PPM = 20_000;

const watchesOf = (day: Day): readonly SensorWatch[] => day.set.site.sensors;
const gainIn = (day: Day) => gainOf(watchesOf(day)[0]!.gain, PRIOR_PPM);
const lotNamed = (day: Day, name: string): LotState => day.set.lots.get(id(name))!;

const shifts = (results: readonly FoldResult[]): unknown[] =>
  results
    .flatMap(({ exceptionsRaised }) => exceptionsRaised)
    .filter(({ code }) => code === 'sensor-shift')
    .map(({ about, figures }) => [about, figures]);

function calibrate(day: Day, calibrationId = 'cal-1', uncertaintyPpm = 5): FoldResult {
  const calibrated: DataOf<'sensorCalibrated'> = {
    calibrationId,
    station: day.sorter.source,
    sensorModel: 'xrf-belt-1',
    elements: { Cu: { biasPpm: 0, uncertaintyPpm, detectionLimitPpm: 200 } },
    validUntil: '2027-11-24T00:00:00.000Z',
  };
  return day.fold(day.lab.say('sensorCalibrated', day.lab.source, calibrated));
}

/** Twenty pieces to each of two outlets, all read as `ppm`. */
function read(day: Day, name: string, ppm: number, calibrationId: string): void {
  const pieces = Array.from({ length: 40 }, (_, at) => [at % 2, 1_000] as const);
  const made = frame(name, pieces);
  const column = { Cu: pieces.map(() => ppm) };
  const scan = { ...made.scan, sensorModel: 'xrf-belt-1', calibrationId, ppm: column };
  day.fold(day.sorter.say('piecesClassified', id(name), { ...made, scan }));
}

/** A run `name`; its outlets fill `name-out` and `name-rest`, with copper read `factor` times too high. */
function sort(day: Day, name: string, factor: number, calibrationId = 'cal-1'): FoldResult {
  const runId = id(name);
  day.fold(day.line.say('runStarted', runId, runStart(name, `${name}-out`, `${name}-rest`)));
  day.fold(day.belt.say('feedMetered', runId, feed(name, 'lot-1', 40_000)));
  read(day, name, Math.round(TRUE_PPM * factor), calibrationId);
  for (const outlet of [0, 1]) {
    day.fold(day.floor.say('containerWeighed', runId, container(name, outlet, 20_000)));
  }
  const closed = runEnd(name, day.belt, day.sorter, day.floor);
  return day.fold(day.line.say('runClosed', runId, closed));
}

function assay(day: Day, lot: string, ppm = TRUE_PPM): FoldResult {
  const found: DataOf<'lotAssayed'> = {
    lotId: id(lot),
    assayId: `of-${lot}`,
    method: 'melt-OES',
    sampleMassMg: 5,
    fractions: [{ analyte: 'Cu', ppm, uncertaintyPpm: TRUE_PPM / 50 }],
  };
  return day.fold(day.lab.say('lotAssayed', id(lot), found));
}

/** So many more lots, sorted and then assayed. */
function anchor(day: Day, count: number, factor: number, calibrationId = 'cal-1'): FoldResult[] {
  return Array.from({ length: count }, () => {
    const name = `run-${day.set.runs.size}`;
    sort(day, name, factor, calibrationId);
    return assay(day, `${name}-out`);
  });
}

const begun = (): Day => {
  const day = new Day();
  calibrate(day);
  return day;
};

describe('the watch of a sensor', () => {
  it('makes one step a lot, when it has an assay and its run is balanced, whichever is later', () => {
    const late = begun();
    sort(late, 'run-1', 1.1);
    expect(watchesOf(late)).toEqual([]);
    assay(late, 'run-1-out');
    const early = begun();
    early.fold(early.line.say('runStarted', id('run-1'), runStart('run-1', 'run-1-out')));
    assay(early, 'run-1-out');
    expect(watchesOf(early)).toEqual([]);
    sort(early, 'run-1', 1.1);
    expect(watchesOf(early)).toEqual(watchesOf(late));
    expect(watchesOf(late)).toMatchObject([{ analyte: 'Cu', steps: 1, shift: null }]);
    expect(lotNamed(late, 'run-1-out').anchors).toEqual(['Cu']);
    const before = watchesOf(late);
    assay(late, 'run-1-out', TRUE_PPM * 3);
    expect(watchesOf(late)).toEqual(before);
  });

  it('takes a lasting gain for what it is and raises nothing', () => {
    const day = begun();
    expect(shifts(anchor(day, 60, 1.1))).toEqual([]);
    expect(gainIn(day).gainPpm / 100_000).toBeCloseTo(1, 1);
    expect(gainIn(day).gainUncertaintyPpm).toBeLessThan(PRIOR_PPM / 6);
  });

  it('says once that a sensor which was right reads a tenth too little, and learns it anew', () => {
    const day = begun();
    const results = [...anchor(day, 10, 1), ...anchor(day, 20, 0.9)];
    const details = { analyte: 'Cu', direction: 'low', calibrationId: 'cal-1' };
    const said = shifts(results);
    expect(said).toHaveLength(1);
    expect(said).toMatchObject([[day.sorter.source, details]]);
    expect(watchesOf(day)[0]!.shift).toMatchObject({ direction: 'low' });
    expect(gainIn(day).gainPpm / 100_000).toBeCloseTo(-1, 1);
  });

  it('is not raised, and taught nothing, by one assay however wrong', () => {
    const day = begun();
    anchor(day, 5, 1);
    const { gain } = watchesOf(day)[0]!;
    sort(day, 'odd', 1);
    expect(shifts([assay(day, 'odd-out', TRUE_PPM * 9)])).toEqual([]);
    expect(watchesOf(day)[0]!.gain).toEqual(gain);
    expect(watchesOf(day)[0]!.below).toBeGreaterThan(3);
  });

  it('is not moved under a calibration that nobody stated, or that another has followed', () => {
    const day = begun();
    anchor(day, 1, 1, 'unheard-of');
    expect(watchesOf(day)).toEqual([]);
    calibrate(day, 'cal-2');
    anchor(day, 1, 1, 'cal-1');
    expect(watchesOf(day)).toEqual([]);
    anchor(day, 1, 1, 'cal-2');
    expect(watchesOf(day)).toHaveLength(1);
  });

  it('is not moved by a lot that was read by two, or that more came to', () => {
    const day = begun();
    calibrate(day, 'cal-2');
    day.fold(day.line.say('runStarted', id('run-1'), runStart('run-1', 'run-1-out', 'rest')));
    read(day, 'run-1', TRUE_PPM, 'cal-1');
    sort(day, 'run-1', 1, 'cal-2');
    assay(day, 'run-1-out');
    sort(day, 'run-2', 1, 'cal-2');
    day.fold(day.floor.say('containerWeighed', id('run-2'), container('run-2', 0, 90_000)));
    assay(day, 'run-2-out');
    expect(watchesOf(day)).toEqual([]);
  });

  it('begins anew with a calibration, and when the office closes what it said', () => {
    const day = begun();
    anchor(day, 6, 1);
    anchor(day, 20, 1.15);
    expect(watchesOf(day)[0]!.shift).toMatchObject({ direction: 'high' });
    expect(factNames(calibrate(day, 'cal-1'))).toEqual([]);
    expect(factNames(calibrate(day, 'cal-2'))).toEqual(['exception.closed sensor-calibrated']);
    expect(watchesOf(day)).toEqual([]);
    anchor(day, 6, 1, 'cal-2');
    anchor(day, 20, 0.85, 'cal-2');
    const { exceptionId } = watchesOf(day)[0]!.shift!;
    const closing = { exceptionId, reason: 'window-wiped' };
    day.fold(day.office.say('exceptionClosedByOffice', day.office.source, closing));
    expect(watchesOf(day)).toEqual([]);
  });
});

describe('a lot without an assay', () => {
  it('is known by the gain that others told of, and keeps it; one with an assay has the prior', () => {
    const day = begun();
    sort(day, 'before', 1.05);
    anchor(day, 20, 1.05);
    sort(day, 'after', 1.05);
    const [before, after] = ['before-out', 'after-out'].map((name) =>
      compositionOf(lotNamed(day, name)).get('Cu')!,
    );
    expect(before!.value).toBeCloseTo(TRUE_PPM * 1.05, 6);
    expect(Math.abs(after!.value / TRUE_PPM - 1)).toBeLessThan(0.005);
    expect(after!.parts.bias).toBeLessThan(before!.parts.bias / 2);
    const { gain } = lotNamed(day, 'after-out').readings![0]!;
    const { gainPpm, gainUncertaintyPpm } = gainIn(day);
    expect(gain).toEqual({ Cu: [Math.round(gainPpm), Math.ceil(gainUncertaintyPpm)] });
    calibrate(day, 'cal-2');
    expect(lotNamed(day, 'after-out').readings![0]!.gain).toEqual(gain);
    const assayed = lotNamed(day, 'run-2-out');
    const untold = assayed.readings!.map((row) => ({ ...row, gain: {} }));
    expect(assayed.readings![0]!.gain).toBeDefined();
    expect(compositionOf(assayed)).toEqual(compositionOf({ ...assayed, readings: untold }));
  });
});
