import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import { at } from '../arbitraries/site-stream.js';
import { FORGERIES } from './forgeries.js';
import { closeRun, correctTwice, delivered, lived, say, weighed } from './lived-site.js';
import { SecondOwner, expectSame } from './second-owner.js';

/** A check that never fails is none: each invariant is broken here, and the run's checks find it. */

describe('the checks of the model run', () => {
  it('find nothing in a day on which all went well', () => {
    const site = lived();
    correctTwice(site, (result) => result);
    closeRun(site);
    site.consume(say(site, delivered(site, 'visit-2', 70)), 130_000);
    site.ledger.log.checkAll();
    expect(site.model.books.held.get('world-in')).toBe(-1_070n);
  });

  it.each(FORGERIES)('find $found: $what', ({ found, forge }) => {
    const site = lived();
    expect(() => {
      forge(site);
    }).toThrow(new RegExp(`^${found}`));
  });

  it('find I19: a second owner that makes something else of a record', () => {
    const site = lived();
    const { set, ledger, registry, model } = site;
    const event = say(site, weighed(site, 9));
    const owner = new SecondOwner(set, ledger.log.entries, registry);
    const lost = owner.fold(at(event, model.nowMs + 10));
    const { result } = site.consume(event, 10);
    expectSame(lost, result);
    expect(() => {
      expectSame({ ...lost, postings: [] }, result);
    }).toThrow();
    expect(() => {
      expectSame(lost, { ...result, entries: [...result.entries, Buffer.from('{}')] });
    }).toThrow();
  });
});
