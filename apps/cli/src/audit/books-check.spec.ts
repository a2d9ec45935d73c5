import { beforeEach, describe, expect, it } from '@jest/globals';
import { claimOn, conversion, factor } from '../../../../test/arbitraries/office-desk.js';
import {
  Day,
  RUN,
  close,
  deliver,
  id,
  meter,
  scan,
  ship,
  start,
  weigh,
} from '../../../../test/arbitraries/site-day.js';
import { BooksCheck } from './books-check.js';
import { Findings } from './findings.js';

/** Lies in the states of a day that was folded honestly. */

let day: Day;
let findings: Findings;
let books: BooksCheck;
beforeEach(() => {
  day = new Day();
  findings = new Findings();
  books = new BooksCheck(findings);
  const kilograms = 1_000_000;
  for (const result of [
    day.fold(conversion(day.office, [factor(1, 1)])),
    deliver(day, 'visit-1', { 'lot-1': 90 * kilograms }),
    start(day, 'out-1', 'out-2'),
    meter(day, 'lot-1', 80 * kilograms),
    scan(day, [0, 10 * kilograms]),
    weigh(day, 0, 70 * kilograms),
    close(day),
    day.wait(120),
    day.fold(claimOn(day.office, 'claim-1', null, 5)),
    ship(day, 'shipment-1', 'out-1', 7),
  ]) {
    books.add(result);
  }
});

const found = (): string[] => {
  books.end(day.set);
  return [...findings.byClass.keys()];
};

describe('the books of an honest day', () => {
  it('show nothing', () => {
    expect(day.set.runs.get(RUN)?.estimatesOff).toHaveLength(1);
    expect(found()).toEqual([]);
  });

  it('show a shipment that has arrived and has not (I7)', () => {
    day.set.shipments.get(id('shipment-1'))!.transfer!.complete = true;
    expect(found()).toEqual(['books-I7']);
  });

  it('show a unit that stands on a lot, and one retired that is not (I9)', () => {
    const claim = day.set.office.claims.get(id('claim-1'))!;
    claim.lotId = id('out-1');
    expect(found()).toEqual(['books-I9']);
    claim.lotId = null;
    claim.status = 'retired';
    books.end(day.set);
    expect(findings.kept.at(-1)?.class).toBe('books-I9');
  });

  it('show a difference of which nobody is told (I13)', () => {
    delete day.set.runs.get(RUN)!.estimatesOff;
    expect(found()).toEqual(['books-I13']);
  });
});
