import { describe, expect, it } from '@jest/globals';
import {
  Day,
  codesOf,
  deliver,
  factNames,
  id,
  meter,
  ship,
  start,
} from '../../../test/arbitraries/site-day.js';
import { blend, inspect, release, setApart, split } from '../../../test/arbitraries/yard-day.js';
import type { LotState } from './model.js';

const lotOf = (day: Day, lot: string): LotState => day.set.lots.get(id(lot))!;
const problemOf = ({ exceptionsRaised }: ReturnType<typeof release>): string | undefined =>
  exceptionsRaised[0]?.figures['problem'];

describe('quarantine', () => {
  it('of a visit with a radiation alarm is mandatory, whichever of ticket and alarm comes first', () => {
    for (const alarmFirst of [true, false]) {
      const day = new Day();
      if (alarmFirst) inspect(day, 'visit-1', 'alarm');
      deliver(day, 'visit-1', { a: 1_000, b: 2_000 });
      if (!alarmFirst) inspect(day, 'visit-1', 'alarm');
      for (const lot of ['a', 'b']) {
        expect(lotOf(day, lot)).toMatchObject({
          status: 'quarantined',
          quarantine: { reason: 'radiation-alarm', mandatory: true },
        });
      }
    }
  });

  it('is stated once, and of a clear visit not at all', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000 });
    expect(factNames(inspect(day, 'visit-1', 'clear'))).toEqual([]);
    expect(factNames(inspect(day, 'visit-1', 'alarm'))).toEqual([
      'exception.raised radiation-alarm',
      'lot.quarantined radiation-alarm',
    ]);
    expect(factNames(inspect(day, 'visit-1', 'alarm'))).toEqual([
      'exception.raised radiation-alarm',
    ]);
  });

  it('does not hold back what left: it is booked, and critical', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000 });
    setApart(day, 'a', 'anna');
    const part = ship(day, 'ship-1', 'a', 400);
    expect(part.exceptionsRaised).toMatchObject([
      { code: 'quarantined-lot-shipped', severity: 'critical', about: id('a') },
    ]);
    expect(lotOf(day, 'a')).toMatchObject({ status: 'quarantined', dispatchedMg: 400n });
    expect(codesOf(ship(day, 'ship-2', 'a', 600, true))).toEqual([
      `quarantined-lot-shipped ${id('a')}`,
    ]);
    expect(lotOf(day, 'a').status).toBe('dispatched');
  });

  it('that is heard of after the lot left is as critical', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000 });
    ship(day, 'ship-1', 'a', 1_000, true);
    expect(codesOf(setApart(day, 'a', 'anna'))).toEqual([`quarantined-lot-shipped ${id('a')}`]);
    expect(lotOf(day, 'a').status).toBe('dispatched');
  });

  it('is noted once while a belt goes on feeding the lot', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000 });
    start(day, 'out-1');
    meter(day, 'a', 100);
    setApart(day, 'a', 'anna');
    expect(codesOf(meter(day, 'a', 200))).toEqual([`quarantined-lot-used ${id('a')}`]);
    expect(codesOf(meter(day, 'a', 300))).toEqual([]);
    expect(lotOf(day, 'out-1')).toMatchObject({
      status: 'quarantined',
      quarantine: { reason: 'made-of-quarantined' },
    });
  });

  it('goes on to what a run makes that learns its outlets later', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000 });
    inspect(day, 'visit-1', 'alarm');
    expect(codesOf(meter(day, 'a', 100))).toEqual([
      `unknown-run ${id('run-1')}`,
      `quarantined-lot-used ${id('a')}`,
    ]);
    start(day, 'out-1');
    expect(lotOf(day, 'out-1')).toMatchObject({
      status: 'quarantined',
      quarantine: { mandatory: true },
    });
  });

  it('goes on to what is made of the lot in the yard, before or after', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000, b: 1_000 });
    setApart(day, 'a', 'anna');
    expect(codesOf(blend(day, 'out', { a: 500, b: 500 }))).toEqual([
      `quarantined-lot-used ${id('a')}`,
    ]);
    expect(lotOf(day, 'out').quarantine).toMatchObject({ reason: 'made-of-quarantined' });
    expect(lotOf(day, 'b').status).toBe('open');
    split(day, 'b', { b1: 500 }, true);
    setApart(day, 'b', 'anna');
    expect(lotOf(day, 'b1').status).toBe('quarantined');
  });
});

describe('a release', () => {
  it('needs a second person', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000 });
    setApart(day, 'a', 'anna');
    setApart(day, 'a', 'bert');
    expect(problemOf(release(day, 'a'))).toBe('names no actor');
    expect(problemOf(release(day, 'a', 'anna'))).toBe('asked by who set it apart');
    expect(problemOf(release(day, 'a', 'bert'))).toBe('asked by who set it apart');
    expect(lotOf(day, 'a').status).toBe('quarantined');
    expect(factNames(release(day, 'a', 'cleo'))).toEqual(['lot.released cleaned']);
    expect(lotOf(day, 'a')).toMatchObject({ status: 'open', quarantine: null });
    expect(problemOf(release(day, 'a', 'cleo'))).toBe('it is open, not set apart');
  });

  it('from what an alarm set apart needs evidence', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000 });
    inspect(day, 'visit-1', 'alarm');
    expect(problemOf(release(day, 'a', 'cleo'))).toBe('no evidence: the quarantine is mandatory');
    release(day, 'a', 'cleo', 'report 117');
    expect(lotOf(day, 'a').status).toBe('open');
  });

  it('makes an unknown lot provisional again, to be confirmed', () => {
    const day = new Day();
    setApart(day, 'a', 'anna');
    expect(lotOf(day, 'a').status).toBe('quarantined');
    release(day, 'a', 'cleo');
    expect(lotOf(day, 'a').status).toBe('provisional');
    setApart(day, 'a', 'anna');
    deliver(day, 'visit-1', { a: 1_000 });
    expect(lotOf(day, 'a')).toMatchObject({ status: 'quarantined', origin: 'delivery' });
  });

  it('of what is gone is refused', () => {
    const day = new Day();
    deliver(day, 'visit-1', { a: 1_000 });
    setApart(day, 'a', 'anna');
    ship(day, 'ship-1', 'a', 1_000, true);
    expect(problemOf(release(day, 'a', 'cleo'))).toBe('it is dispatched, not set apart');
  });
});
