import { describe, expect, it } from '@jest/globals';
import {
  codesOf,
  container,
  Day,
  deliver,
  delivery,
  factNames,
  id,
  meter,
  runStart,
  ship,
  start,
  weigh,
} from '../../../test/arbitraries/site-day.js';
import { balanceMg } from './mass.js';
import type { LotState } from './model.js';

const lotOf = (day: Day, lot: string): LotState => day.set.lots.get(id(lot))!;
/** What the lot holds and what its variance lent it. */
const holdings = (day: Day, lot: string): [bigint, bigint] => [
  balanceMg(lotOf(day, lot).weighed),
  -balanceMg(lotOf(day, lot).variance),
];

describe('a lot', () => {
  it('that nobody has heard of is provisional until its delivery comes', () => {
    const day = new Day();
    start(day, 'out-1');
    const fed = meter(day, 'lot-1', 300);
    expect(codesOf(fed)).toEqual([`unknown-lot ${id('lot-1')}`, `lot-overdrawn ${id('lot-1')}`]);
    expect(lotOf(day, 'lot-1').status).toBe('provisional');
    const came = deliver(day, 'visit-1', { 'lot-1': 1_000 });
    expect(factNames(came)).toEqual(['lot.confirmed', 'exception.closed lot-confirmed']);
    expect(came.exceptionsClosed).toHaveLength(1);
    expect(holdings(day, 'lot-1')).toEqual([700n, 0n]);
    // The total of the unknown is set off; the known one reads as if it had been known before.
    expect(day.set.totals.get('unknown/unknown')?.weighed).toEqual({
      debitsMg: 600n,
      creditsMg: 600n,
    });
    expect(day.set.totals.get('steel/E40')?.weighed).toEqual({
      debitsMg: 1_300n,
      creditsMg: 600n,
    });
  });

  it('that gives more than it has is lent the rest, once noted, and pays back first', () => {
    const day = new Day();
    deliver(day, 'visit-1', { 'lot-1': 100 });
    start(day, 'out-1');
    expect(codesOf(meter(day, 'lot-1', 250))).toEqual([`lot-overdrawn ${id('lot-1')}`]);
    expect(codesOf(meter(day, 'lot-1', 260))).toEqual([]);
    expect(codesOf(meter(day, 'lot-1', 200))).toEqual([]);
    expect(holdings(day, 'lot-1')).toEqual([0n, 160n]);
    // It is an outlet's lot too: 200 come back.
    day.fold(day.line.say('runStarted', id('run-2'), runStart('run-2', 'lot-1')));
    day.fold(day.floor.say('containerWeighed', id('run-2'), container('run-2', 0, 200)));
    expect(holdings(day, 'lot-1')).toEqual([40n, 0n]);
  });

  it('that gives a little more than it has, within what the scales explain, is lent it unnoted', () => {
    const day = new Day();
    deliver(day, 'visit-1', { 'lot-1': 100 });
    start(day, 'out-1');
    // 10 mg at the gate and 10 on the belt: 3σ is 42.
    expect(codesOf(meter(day, 'lot-1', 142))).toEqual([]);
    expect(holdings(day, 'lot-1')).toEqual([0n, 42n]);
    expect(codesOf(meter(day, 'lot-1', 143))).toEqual([`lot-overdrawn ${id('lot-1')}`]);
  });

  it('that is delivered twice is booked once, deductions too', () => {
    const day = new Day();
    deliver(day, 'visit-1', { 'lot-1': 100 });
    const twice = delivery('visit-2', { 'lot-1': 100 });
    const again = day.fold(
      day.gate.say('deliveryCompleted', id('visit-2'), {
        ...twice,
        deductions: [{ account: 'tare', massMg: 5, reason: 'pallet' }],
      }),
    );
    expect(codesOf(again)).toEqual([`lot-delivered-twice ${id('lot-1')}`]);
    expect(again.postings).toEqual([]);
  });

  it('keeps the newest assays', () => {
    const day = new Day();
    for (let assay = 0; assay < 70; assay++) {
      day.fold(
        day.lab.say('lotAssayed', id('lot-1'), {
          lotId: id('lot-1'),
          assayId: `a-${assay}`,
          method: 'icp',
          sampleMassMg: 1,
          fractions: [{ analyte: 'Cu', ppm: 1, uncertaintyPpm: 1 }],
        }),
      );
    }
    expect(lotOf(day, 'lot-1').assays.map(({ assayId }) => assayId)).toHaveLength(64);
    expect(lotOf(day, 'lot-1').assays.at(-1)?.assayId).toBe('a-69');
  });
});

describe('a shipment', () => {
  it('of more than a part of the lot can weigh comes from the variance', () => {
    const day = new Day();
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    const shipped = ship(day, 'shipment-1', 'lot-1', 1_001);
    expect(codesOf(shipped)).toEqual([`shipment-exceeds-lot ${id('lot-1')}`]);
    expect(holdings(day, 'lot-1')).toEqual([0n, 1n]);
    expect(shipped.turnovers.get(`W:transit:${id('shipment-1')}`)?.debitsMg).toBe(1_001n);
  });

  it.each([
    ['a little more', 1_040, [], 40n],
    ['a little less', 960, [], -40n],
    ['far more', 1_500, ['shipment-exceeds-lot'], 500n],
    ['far less', 500, ['closing-difference'], -500n],
  ])('of all that weighs %s closes the lot with a difference', (_what, mg, codes, lent) => {
    const day = new Day();
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    const shipped = ship(day, 'shipment-1', 'lot-1', mg, true);
    expect(shipped.exceptionsRaised.map(({ code }) => code)).toEqual(codes);
    expect(holdings(day, 'lot-1')).toEqual([0n, lent]);
    expect(lotOf(day, 'lot-1').status).toBe('dispatched');
  });

  it('cannot leave twice, and what comes to a closed lot is booked and noted', () => {
    const day = new Day();
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    start(day, 'lot-1');
    ship(day, 'shipment-1', 'lot-1', 1_000, true);
    const twice = ship(day, 'shipment-1', 'lot-1', 1_000);
    expect(codesOf(twice)).toEqual([`reference-conflict ${id('shipment-1')}`]);
    expect(twice.postings).toEqual([]);
    expect(codesOf(weigh(day, 0, 70))).toEqual([`lot-already-closed ${id('lot-1')}`]);
    expect(holdings(day, 'lot-1')).toEqual([0n, -70n]);
    expect(codesOf(ship(day, 'shipment-2', 'lot-1', 70))).toContain(
      `lot-already-closed ${id('lot-1')}`,
    );
    expect(holdings(day, 'lot-1')).toEqual([0n, 0n]);
  });
});
