import { describe, expect, it } from '@jest/globals';
import {
  Day,
  codesOf,
  container,
  deliver,
  factNames,
  feed,
  id,
  meter,
  runStart,
  ship,
  start,
  weigh,
} from '../../../test/arbitraries/site-day.js';
import { blend, condition, count, pile, split } from '../../../test/arbitraries/yard-day.js';
import { balanceMg } from './mass.js';
import type { LotState } from './model.js';

const lotOf = (day: Day, lot: string): LotState => day.set.lots.get(id(lot))!;
/** What a lot holds, and what stands in its variance. */
const holds = (day: Day, lot: string): [bigint, bigint] => [
  balanceMg(lotOf(day, lot).weighed),
  balanceMg(lotOf(day, lot).variance),
];
const parentsOf = (day: Day, lot: string): unknown =>
  lotOf(day, lot).contributions.map(({ lotId, via, massMg }) => [lotId, via, massMg]);

describe('a blend', () => {
  it('is the sum of its inputs, and keeps every parent with its mass', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000, b: 2_000 });
    const blended = blend(day, 'out', { a: 600, 'b*': 2_000 });
    expect(factNames(blended)).toEqual(['lot.opened', 'lot.blended']);
    expect(holds(day, 'out')).toEqual([2_600n, 0n]);
    expect(holds(day, 'a')).toEqual([400n, 0n]);
    expect(lotOf(day, 'a').status).toBe('open');
    expect(lotOf(day, 'b').status).toBe('consumed');
    expect(lotOf(day, 'out')).toMatchObject({ origin: 'yard', parents: [id('a'), id('b')] });
    expect(parentsOf(day, 'out')).toEqual([
      [id('a'), 'blend', 600n],
      [id('b'), 'blend', 2_000n],
    ]);
    const account = `W:transformation:${id('out')}`;
    expect(blended.turnovers.get(account)).toEqual({ debitsMg: 2_600n, creditsMg: 2_600n });
  });

  it('gets what arrives later in a lot that it took whole, and gives back what left it', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000 });
    start(day, 'out-1');
    blend(day, 'out', { 'a*': 900 });
    // The yard said 900 and meant all: the books held 1,000.
    expect(holds(day, 'out')).toEqual([1_000n, 0n]);
    expect(codesOf(meter(day, 'a', 30))).toEqual([`lot-already-closed ${id('a')}`]);
    expect(holds(day, 'out')).toEqual([970n, 0n]);
    expect(parentsOf(day, 'out')).toEqual([[id('a'), 'blend', 970n]]);
    meter(day, 'a', 150);
    expect(holds(day, 'out')).toEqual([900n, 0n]);
    expect(holds(day, 'a')).toEqual([0n, -50n]);
  });

  it('notes what the books do not explain, and books it', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000, b: 1_000 });
    const blended = blend(day, 'out', { 'a*': 5_000, b: 3_000 });
    expect(codesOf(blended)).toEqual([`closing-difference ${id('a')}`, `lot-overdrawn ${id('b')}`]);
    expect(holds(day, 'out')).toEqual([8_000n, 0n]);
    expect(holds(day, 'a')).toEqual([0n, -4_000n]);
  });

  it('of lots that nobody has heard of opens them, and of custody it can promise nothing', () => {
    const day = new Day();
    const blended = blend(day, 'out', { a: 500 }, 'segregated');
    expect(codesOf(blended)).toEqual([
      `unknown-lot ${id('a')}`,
      `lot-overdrawn ${id('a')}`,
      `custody-raise-refused ${id('out')}`,
    ]);
    expect(lotOf(day, 'out').custody?.model).toBe('book-and-claim');
    deliver(day, 'visit-1', { a: 800 });
    expect(holds(day, 'a')).toEqual([300n, 0n]);
    expect(lotOf(day, 'a').custody?.model).toBe('identity-preserved');
  });

  it('in a circle keeps the difference where the circle closes, and ends', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000, b: 1_000 });
    blend(day, 'b', { 'a*': 900 });
    expect(codesOf(blend(day, 'a', { 'b*': 500 }))).toContain(`lot-circular ${id('b')}`);
    const all = ['a', 'b'].flatMap((lot) => holds(day, lot));
    expect(all.reduce((sum, mg) => sum + mg, 0n)).toBe(2_000n);
    deliver(day, 'visit-2', { c: 10 });
    blend(day, 'a', { 'c*': 10 });
    expect(lotOf(day, 'c').status).toBe('consumed');
  });

  it('said twice of one lot follows the event with the lower key, in either order', () => {
    const told = [
      { station: 'yard' as const, output: 'x' },
      { station: 'gate' as const, output: 'y' },
    ];
    const holdings = [told, told.toReversed()].map((order) => {
      const day = new Day();
      deliver(day, 'visit-1', { a: 1_000 });
      for (const { station, output } of order) {
        day.fold(
          day[station].say('lotsBlended', id(output), {
            output: { lotId: id(output), stream: 'steel', materialClass: 'mixed' },
            inputs: [{ lotId: id('a'), massMg: 100, uncertaintyMg: 10, all: true }],
          }),
        );
      }
      return ['a', 'x', 'y'].map((lot) => holds(day, lot));
    });
    expect(holdings[0]).toEqual(holdings[1]);
    expect(holdings[0]).toEqual([
      [0n, 0n],
      [100n, 0n],
      [900n, 0n],
    ]);
  });

  it('of a lot that leaves the site whole after all gives back what it got beyond its word', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000 });
    blend(day, 'out', { 'a*': 300 });
    expect(holds(day, 'out')).toEqual([1_000n, 0n]);
    ship(day, 'ship-1', 'a', 600, true);
    expect(lotOf(day, 'a').status).toBe('dispatched');
    expect(holds(day, 'out')).toEqual([300n, 0n]);
    expect(holds(day, 'a')).toEqual([0n, 100n]);
  });
});

describe('a split', () => {
  it('gives each part its mass, and the rest to the first where nothing is left', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000 });
    const first = split(day, 'a', { a1: 200, a2: 300 });
    expect(factNames(first)).toEqual(['lot.opened', 'lot.opened', 'lot.split']);
    expect(holds(day, 'a')).toEqual([500n, 0n]);
    split(day, 'a', { a3: 480, a4: 10 }, true);
    expect(holds(day, 'a3')).toEqual([490n, 0n]);
    expect(holds(day, 'a')).toEqual([0n, 0n]);
    expect(parentsOf(day, 'a2')).toEqual([[id('a'), 'split', 300n]]);
    expect(lotOf(day, 'a1').custody).toMatchObject({ origin: id('a') });
  });

  it('and the parts blended again are of one origin still', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000 });
    split(day, 'a', { a1: 200, a2: 300 });
    blend(day, 'again', { 'a1*': 200, 'a2*': 300 });
    expect(lotOf(day, 'again').custody).toMatchObject({
      model: 'identity-preserved',
      origin: id('a'),
    });
  });
});

describe('a pile', () => {
  it('takes lots, and a count closes it: what was counted goes on, the rest is its variance', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000, b: 500 });
    pile(day, 'a', 'pile-1', 1_000, true);
    pile(day, 'b', 'pile-1', 200, false);
    expect(lotOf(day, 'pile-1')).toMatchObject({ place: 'bay-4', origin: 'yard' });
    expect(holds(day, 'pile-1')).toEqual([1_200n, 0n]);
    const counted = count(day, 'pile-1', 1_050, 'pile-2');
    expect(codesOf(counted)).toEqual([`closing-difference ${id('pile-1')}`]);
    expect(lotOf(day, 'pile-1').status).toBe('counted');
    expect(holds(day, 'pile-1')).toEqual([0n, 150n]);
    expect(holds(day, 'pile-2')).toEqual([1_050n, 0n]);
    expect(lotOf(day, 'pile-2')).toMatchObject({ place: 'bay-4', parents: [id('pile-1')] });
    // It was on the pile when that was counted, so no mass is gained by hearing of it later.
    expect(codesOf(pile(day, 'b', 'pile-1', 100, false))).toEqual([
      `lot-already-closed ${id('pile-1')}`,
    ]);
    expect(holds(day, 'pile-1')).toEqual([0n, 250n]);
  });

  it('that was swept empty ends without an heir', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 20 });
    pile(day, 'a', 'pile-1', 20, true);
    expect(codesOf(count(day, 'pile-1', 0))).toEqual([]);
    expect(lotOf(day, 'pile-1').status).toBe('counted');
    expect(holds(day, 'pile-1')).toEqual([0n, 20n]);
  });

  it('that merely moves stays the lot that it is', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 20 });
    const moved = day.fold(day.yard.say('lotMoved', id('a'), { lotId: id('a'), place: 'bay-9' }));
    expect(moved.postings).toEqual([]);
    expect(lotOf(day, 'a')).toMatchObject({ place: 'bay-9', status: 'open' });
  });
});

describe('conditioning', () => {
  it('moves water to the moisture account of the lot, and back', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000 });
    condition(day, 'a', -80);
    expect(holds(day, 'a')).toEqual([920n, 0n]);
    const wetter = condition(day, 'a', 100);
    expect(holds(day, 'a')).toEqual([1_020n, 0n]);
    expect(wetter.turnovers.get(`W:loss-moisture:${id('a')}`)?.creditsMg).toBe(100n);
    expect(lotOf(day, 'a')).toMatchObject({
      receivedMg: 1_000n,
      moisture: { basis: 'wet', ppm: 80_000 },
    });
    expect(codesOf(condition(day, 'a', -5_000))).toEqual([`lot-overdrawn ${id('a')}`]);
  });
});

describe('rework', () => {
  it('counts the passes of a material through runs', () => {
    const day = new Day();
    deliver(day, 'visit-1', { 'lot-1': 1_000, 'lot-2': 1_000 });
    start(day, 'clean', 'mixed');
    meter(day, 'lot-1', 500);
    weigh(day, 1, 200);
    expect(lotOf(day, 'mixed')).toMatchObject({ pass: 1, runs: [id('run-1')] });
    const again = { ...runStart('run-2', 'clean-2'), inputs: [id('mixed')] };
    day.fold(day.line.say('runStarted', again.runId, again));
    expect(day.set.runs.get(again.runId)?.pass).toBe(2);
    day.fold(day.belt.say('feedMetered', again.runId, feed('run-2', 'mixed', 150)));
    day.fold(day.floor.say('containerWeighed', again.runId, container('run-2', 0, 120)));
    expect(lotOf(day, 'clean-2').pass).toBe(2);
    blend(day, 'blend', { clean: 0, 'clean-2': 100 });
    expect(lotOf(day, 'blend').pass).toBe(2);
    // What comes out and goes in again within one run is its recirculating load, not a rework.
    meter(day, 'mixed', 10);
    expect(day.set.runs.get(id('run-1'))?.pass).toBe(1);
  });
});
