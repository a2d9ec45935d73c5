import { describe, expect, it } from '@jest/globals';
import type { DataOf } from '#contracts';
import { correct } from '../../../test/arbitraries/corrections.js';
import {
  Day,
  RUN,
  close,
  container,
  factNames,
  frame,
  id,
  meter,
  runEnd,
  start,
  weigh,
} from '../../../test/arbitraries/site-day.js';
import { comparedOutlets } from './estimates.js';
import { FIRST_RULES, RULES } from './limits.js';
import type { FoldResult, RunState } from './model.js';

const KG = 1_000_000;
const { estimates } = RULES.get(FIRST_RULES)!;

const runOf = (day: Day): RunState => day.set.runs.get(RUN)!;

/** A hundred pieces of a kilogram to outlet 0, some without a mass, and three to outlet 1. */
const pieces = (unweighed = 0): [number, number | null][] => [
  ...Array.from({ length: 100 }, (_, at): [number, number | null] => [
    0,
    at < unweighed ? null : KG,
  ]),
  ...Array.from({ length: 3 }, (): [number, number] => [1, KG]),
];

const scanFrame = (day: Day, of = pieces()): FoldResult =>
  day.fold(day.sorter.say('piecesClassified', RUN, frame('run-1', of)));

/** Sorted and closed; the containers weigh what is given, kg. */
function sorted(weights: readonly (number | null)[], of = pieces()): readonly [Day, FoldResult] {
  const day = new Day();
  start(day, 'out-1', 'out-2');
  meter(day, 'lot-1', 103 * KG);
  scanFrame(day, of);
  weights.forEach((kg, outlet) => {
    if (kg !== null) weigh(day, outlet, kg * KG);
  });
  return [day, close(day)];
}

const differences = ({ exceptionsRaised }: FoldResult): string[] =>
  exceptionsRaised
    .filter(({ code }) => code === 'estimate-difference')
    .map(({ about, figures }) => `${about} ${figures['estimatedMg']} ${figures['weighedMg']}`);

describe('the masses of the pieces of a balanced run and of its containers', () => {
  it('are compared when the balance is struck, outlet by outlet', () => {
    const [day, closed] = sorted([140, 3]);
    expect(differences(closed)).toEqual([`${id('out-1')} ${100 * KG} ${140 * KG}`]);
    expect(runOf(day).estimatesOff).toMatchObject([{ outlet: 0, lotId: id('out-1') }]);
    expect(comparedOutlets(runOf(day), estimates)).toMatchObject([
      { outlet: 0, within: false },
      { outlet: 1, within: true },
    ]);
  });

  it('may differ by what frames, sorter and scale are uncertain by, and a kilogram', () => {
    // 8 % of every mass, all alike, is 8 kg: three times that, and a little for the sorter.
    expect(differences(sorted([124, 3])[1])).toEqual([]);
    expect(differences(sorted([76, 3])[1])).toEqual([]);
    const [few] = comparedOutlets(runOf(sorted([100, 3])[0]), {
      missedPpm: 0,
      strayPpm: 0,
      floorMg: KG,
    }).slice(1);
    expect(few?.toleranceMg).toBe(BigInt(KG));
  });

  it('are not compared where one of the two is unknown, or the run is not balanced', () => {
    const [day, closed] = sorted([100, null]);
    expect(differences(closed)).toEqual([]);
    expect(comparedOutlets(runOf(day), estimates)).toHaveLength(1);
    const [unscanned] = sorted([100, 3], [[1, KG]]);
    expect(comparedOutlets(runOf(unscanned), estimates)).toMatchObject([{ outlet: 1 }]);
    expect(comparedOutlets({ ...runOf(day), status: 'open' }, estimates)).toEqual([]);
  });

  it('are further apart where pieces had no mass, by the mean of the others', () => {
    const [whole] = sorted([100, 3]);
    const [part, closed] = sorted([100, 3], pieces(20));
    expect(differences(closed)).toEqual([]);
    const wide = (day: Day): bigint => comparedOutlets(runOf(day), estimates)[0]!.toleranceMg;
    expect(wide(part)).toBeGreaterThan(wide(whole) + 30_000_000n);
  });

  it('are compared as well where a sorter tells masses and no pieces, but not where it only counts', () => {
    const windowed = (observed: DataOf<'fractionsObserved'>['observed'][]): Day => {
      const day = new Day();
      start(day, 'out-1');
      meter(day, 'lot-1', 100 * KG);
      for (const one of observed) {
        const window = { runId: RUN, outlet: 0, windowMs: 1_000, method: 'camera', observed: one };
        day.fold(day.sorter.say('fractionsObserved', RUN, window));
      }
      weigh(day, 0, 100 * KG);
      close(day);
      return day;
    };
    const classes = [{ class: 'steel', ppm: 1_000_000, uncertaintyPpm: 0 }];
    const mass = { basis: 'mass-share' as const, massMg: 90 * KG, uncertaintyMg: KG, classes };
    const count = { basis: 'count' as const, classes: [{ class: 'steel', count: 40 }] };
    const compared = comparedOutlets(runOf(windowed([mass])), estimates);
    expect(compared).toMatchObject([{ estimatedMg: BigInt(90 * KG), within: false }]);
    expect(comparedOutlets(runOf(windowed([mass, count])), estimates)).toEqual([]);
    expect(comparedOutlets(runOf(windowed([count])), estimates)).toEqual([]);
  });

  it('hold less than the pieces by what the run lost after the sensor', () => {
    const day = new Day();
    start(day, 'out-1');
    meter(day, 'lot-1', 100 * KG);
    scanFrame(day, pieces().slice(0, 100));
    weigh(day, 0, 60 * KG);
    const losses = [
      { account: 'hazardous' as const, massMg: 20 * KG, uncertaintyMg: KG, reason: 'picked out' },
    ];
    const end = { ...runEnd('run-1', day.belt, day.sorter, day.floor), losses };
    expect(differences(day.fold(day.line.say('runClosed', RUN, end)))).toEqual([]);
  });
});

describe('a difference', () => {
  it('ends with the late observation that explains it, and comes with one that does not fit', () => {
    const [day] = sorted([60, 3]);
    const [open] = runOf(day).estimatesOff!;
    const late = weigh(day, 0, 40 * KG);
    expect(late.exceptionsClosed).toMatchObject([
      { exceptionId: open!.exceptionId, reason: 'within-tolerance' },
    ]);
    expect(runOf(day).estimatesOff).toBeUndefined();
    expect(differences(scanFrame(day))).toEqual([`${id('out-1')} ${200 * KG} ${100 * KG}`]);
  });

  it('ends with a correction of the container, and nobody closes it by word', () => {
    const day = new Day();
    start(day, 'out-1');
    meter(day, 'lot-1', 100 * KG);
    scanFrame(day, pieces().slice(0, 100));
    const index = day.set.site.treeSize;
    const weighed = day.floor.say('containerWeighed', RUN, container('run-1', 0, 180 * KG));
    day.fold(weighed);
    close(day);
    const { exceptionId } = runOf(day).estimatesOff![0]!;
    const asked = day.fold(
      day.office.say('exceptionClosedByOffice', day.office.source, { exceptionId, reason: 'fine' }),
    );
    expect(factNames(asked)).toEqual(['exception.raised request-refused']);
    const right = container('run-1', 0, 100 * KG);
    const corrected = day.fold(correct(day.office, weighed, index, right));
    expect(factNames(corrected)).toContain('exception.closed within-tolerance');
  });

  it('ends with a frame that is withdrawn', () => {
    const day = new Day();
    start(day, 'out-1');
    meter(day, 'lot-1', 100 * KG);
    scanFrame(day, pieces().slice(0, 100));
    const index = day.set.site.treeSize;
    const twice = day.sorter.say('piecesClassified', RUN, frame('run-1', pieces().slice(0, 100)));
    day.fold(twice);
    weigh(day, 0, 100 * KG);
    expect(differences(close(day))).toHaveLength(1);
    const withdrawn = day.fold(correct(day.office, twice, index, null));
    expect(factNames(withdrawn)).toContain('exception.closed within-tolerance');
    expect(runOf(day).estimatedOut).toMatchObject([
      { massMg: BigInt(100 * KG), uncertaintyMgPpm: BigInt(100 * KG) * 80_000n },
    ]);
  });
});
