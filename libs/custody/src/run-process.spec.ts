import { beforeAll, describe, expect, it } from '@jest/globals';
import { correct } from '../../../test/arbitraries/corrections.js';
import { dissolvingDay, metered } from '../../../test/arbitraries/reactor-day.js';
import { Day, RUN, codesOf, start, weigh } from '../../../test/arbitraries/site-day.js';
import { adoption, emptySite, loadAndFold, stream } from '../../../test/arbitraries/site-stream.js';
import type { LotState, RunState, WorkingSet } from './model.js';
import { processFigures } from './run-process.js';

const knownLots = ({ lots }: WorkingSet): Map<string, LotState> =>
  new Map([...lots].filter((one): one is [string, LotState] => one[1] !== null));

describe('a run that dissolves garments', () => {
  const set = emptySite();
  let figures: ReturnType<typeof processFigures>;

  beforeAll(() => {
    loadAndFold(set, stream([adoption(), ...dissolvingDay()]));
    figures = processFigures([set.runs.get(RUN)!], knownLots(set));
  });

  it('has a yield over its metered feed, and one of dry matter', () => {
    expect(figures).toMatchObject({ process: 'dissolution', runs: 1 });
    expect(figures.yield!.value).toBeCloseTo(0.8, 12);
    expect(figures.yield!.deviation).toBeCloseTo(0.8 * Math.hypot(10 / 4e5, 10 / 5e5), 12);
    expect(figures.dryYield!.value).toBeCloseTo((0.8 * 0.94) / 0.92, 12);
  });

  it('tells what was no textile, as a scale found it and as it was declared', () => {
    expect(figures.outlets).toMatchObject([
      { role: 'product', massMg: 400_000n, ofFeed: { value: 0.8 } },
      { role: 'residue', massMg: 40_000n, ofFeed: { value: 0.08 } },
    ]);
    expect(figures.losses).toMatchObject([
      { account: 'residue', massMg: 30_000n, ofFeed: { value: 0.06 } },
    ]);
  });

  it('tells energy, water, reagents and labour over the kilograms of the product', () => {
    expect(figures.energy).toMatchObject([
      // The largest reading of the meter, over 0.4 kg.
      { carrier: 'electricity', amount: { value: 800 }, perProduct: { value: 2_000 } },
      { carrier: 'steam', amount: { value: 2_000 }, perProduct: { value: 5_000 } },
    ]);
    expect(figures.energy[0]!.perProduct!.deviation).toBeCloseTo(20, 2);
    expect(figures.water).toMatchObject([{ flow: 'drawn', perProduct: { value: 10 } }]);
    expect(figures.labour).toMatchObject({ perProduct: { value: 9_000 } });
    const [solvent] = figures.reagents;
    expect(solvent!.recovery!.value).toBeCloseTo(0.99, 12);
    expect(solvent!.used.amount.value).toBe(20_000);
    // Two meters of 1 % each: of 20 g nobody knows more than that they are some 28.
    expect(solvent!.used.amount.deviation).toBeCloseTo(Math.hypot(20_000, 19_800), 6);
    expect(solvent!.used.perProduct!.value).toBeCloseTo(0.05, 12);
  });
});

describe('a meter', () => {
  const energy = (cumulativeWh: number): ReturnType<typeof metered> =>
    metered('run-1', 'power-1', { kind: 'energy', carrier: 'electricity', cumulativeWh });
  const runOf = (day: Day): RunState => day.set.runs.get(RUN)!;

  it('of an unknown run opens it, as every observation does', () => {
    const day = new Day();
    expect(codesOf(day.fold(day.line.say('processMetered', RUN, energy(5))))).toEqual([
      `unknown-run ${RUN}`,
    ]);
    start(day, 'out');
    expect(runOf(day).meters).toMatchObject([{ cumulative: 5n }]);
  });

  it('that was read wrongly has nothing until it is read again', () => {
    const day = new Day();
    start(day, 'out');
    const wrong = day.line.say('processMetered', RUN, energy(9_000));
    const { firstIndex } = day.fold(wrong);
    day.fold(day.line.say('processMetered', RUN, energy(20)));
    expect(runOf(day).meters).toMatchObject([{ cumulative: 9_000n }]);
    day.fold(correct(day.office, wrong, firstIndex, energy(15)));
    expect(runOf(day).meters).toMatchObject([{ cumulative: 15n }]);
    day.fold(day.line.say('processMetered', RUN, energy(25)));
    expect(runOf(day).meters).toMatchObject([{ cumulative: 25n }]);
  });
});

it('a run that gave no product takes nothing per kilogram', () => {
  const day = new Day();
  start(day, 'out');
  const reading = { kind: 'labour', cumulativeSeconds: 60 } as const;
  day.fold(day.line.say('processMetered', RUN, metered('run-1', 'clock', reading)));
  const run = (): RunState => day.set.runs.get(RUN)!;
  expect(processFigures([run()], new Map())).toMatchObject({
    process: 'sorting',
    yield: null,
    labour: { amount: { value: 60 }, perProduct: null },
  });
  weigh(day, 0, 2_000_000);
  expect(processFigures([run()], new Map()).labour?.perProduct?.value).toBe(30);
});
