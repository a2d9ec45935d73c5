import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type AnchorPair,
  type GainSaid,
  NOTHING_SAID,
  addSaid,
  gainFromAssays,
  gainOf,
  saidBy,
  surpriseOf,
} from './sensor-gain.js';

const PRIOR = 60_000;

/** A lot read as 1.1 times what its assay says. */
const pair: AnchorPair = {
  read: { value: 2_200, deviation: 10 },
  assay: { value: 2_000, deviation: 40 },
};

const part = fc.double({ min: -0.3, max: 0.3, noNaN: true });
const anySaid: fc.Arbitrary<GainSaid> = fc.record({
  value: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
  deviation: fc.double({ min: 0.005, max: 0.5, noNaN: true }),
  placed: part,
  offset: part.map(Math.abs),
});
const manySaid = fc.array(anySaid, { minLength: 1, maxLength: 30 });

const gainBy = (said: readonly GainSaid[]): ReturnType<typeof gainOf> =>
  gainOf(said.reduce(addSaid, NOTHING_SAID), PRIOR);

describe('the gain of a sensor', () => {
  it('stays with the prior without assays', () => {
    expect(gainFromAssays([], PRIOR)).toEqual({ gainPpm: 0, gainUncertaintyPpm: PRIOR });
  });

  it('moves towards what assays say, the nearer the more there are', () => {
    const one = gainFromAssays([pair], PRIOR);
    const nine = gainFromAssays(new Array<AnchorPair>(9).fill(pair), PRIOR);
    expect(one.gainPpm).toBeGreaterThan(80_000);
    expect(nine.gainPpm).toBeGreaterThan(one.gainPpm);
    expect(nine.gainPpm).toBeLessThan(100_000);
    expect(nine.gainUncertaintyPpm).toBeLessThan(one.gainUncertaintyPpm / 2);
  });

  it('is told by no lot in which nothing was found, nor by one without uncertainty', () => {
    expect(saidBy({ ...pair, read: { value: 0, deviation: 10 } })).toBeNull();
    expect(saidBy({ ...pair, assay: { value: 0, deviation: 10 } })).toBeNull();
    const certain = { value: 2_000, deviation: 0 };
    expect(saidBy({ read: certain, assay: certain })).toBeNull();
  });

  it('is never known less well than before any assay, whatever they say', () => {
    fc.assert(
      fc.property(manySaid, (said) => {
        expect(gainBy(said).gainUncertaintyPpm).toBeLessThanOrEqual(PRIOR);
      }),
    );
  });

  it('is not known better than what every lot has in common, however many there are', () => {
    fc.assert(
      fc.property(anySaid, fc.integer({ min: 1, max: 500 }), (said, lots) => {
        const sums = new Array<GainSaid>(lots).fill(said).reduce(addSaid, NOTHING_SAID);
        const lasting = Math.hypot(said.placed, said.offset) * 1_000_000;
        const least = 1 / Math.sqrt(1 / lasting ** 2 + 1 / PRIOR ** 2);
        expect(gainOf(sums, PRIOR).gainUncertaintyPpm).toBeGreaterThanOrEqual(least * 0.999_999);
      }),
    );
  });

  it('is the same in whatever order lots were assayed', () => {
    fc.assert(
      fc.property(manySaid, (said) => {
        const [forth, back] = [gainBy(said), gainBy([...said].reverse())];
        expect(back.gainPpm).toBeCloseTo(forth.gainPpm, 3);
        expect(back.gainUncertaintyPpm).toBeCloseTo(forth.gainUncertaintyPpm, 3);
      }),
    );
  });
});

describe('what a lot says beyond the gain so far', () => {
  const of = (value: number, more: Partial<GainSaid> = {}): GainSaid => ({
    value,
    deviation: 0.03,
    placed: 0,
    offset: 0,
    ...more,
  });

  it('is nothing once a lasting gain is known, and much when the sensor changes', () => {
    const known = new Array<GainSaid>(30).fill(of(0.05)).reduce(addSaid, NOTHING_SAID);
    expect(Math.abs(surpriseOf(known, of(0.05), PRIOR))).toBeLessThan(0.1);
    expect(surpriseOf(known, of(0.15), PRIOR)).toBeGreaterThan(3);
  });

  it('leaves room for the prior before anything is known', () => {
    expect(surpriseOf(NOTHING_SAID, of(0.06), PRIOR)).toBeCloseTo(0.06 / Math.hypot(0.06, 0.03), 9);
  });

  it('is nothing for what all lots have in common, be it ever so much', () => {
    // Nothing of it was there, and half the limit of detection counts as read.
    const common = of(4, { deviation: 0.5, offset: 2.5 });
    const known = new Array<GainSaid>(3).fill(common).reduce(addSaid, NOTHING_SAID);
    expect(surpriseOf(NOTHING_SAID, common, PRIOR)).toBeLessThan(2);
    expect(Math.abs(surpriseOf(known, common, PRIOR))).toBeLessThan(0.2);
    expect(surpriseOf(known, of(6, { deviation: 0.5, offset: 2.5 }), PRIOR)).toBeGreaterThan(3);
  });

  it('has variance 1 where all is as it is said to be', () => {
    // Deviates by a fixed recurrence: what is asked is the arithmetic, not the luck.
    let state = 1;
    const normal = (): number => {
      let sum = 0;
      for (let at = 0; at < 12; at++) {
        state = (state * 48_271) % 2_147_483_647;
        sum += state / 2_147_483_647;
      }
      return sum - 6;
    };
    let squares = 0;
    let steps = 0;
    for (let sensor = 0; sensor < 200; sensor++) {
      const [gain, sorter, open] = [(normal() * PRIOR) / 1_000_000, normal(), normal()];
      let known = NOTHING_SAID;
      for (let lot = 0; lot < 20; lot++) {
        const placed = 0.1 + 0.05 * normal();
        const offset = Math.abs(0.05 * normal());
        const value = gain + placed * sorter + offset * open + 0.04 * normal();
        const said = { value, deviation: 0.04, placed, offset };
        squares += surpriseOf(known, said, PRIOR) ** 2;
        steps++;
        known = addSaid(known, said);
      }
    }
    expect(squares / steps).toBeGreaterThan(0.95);
    expect(squares / steps).toBeLessThan(1.05);
  });
});
