import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { agree } from './estimate.js';
import {
  type MassEstimate,
  chainRecovery,
  enrichmentOf,
  lossOfTarget,
  purityOf,
  recirculatingLoad,
  recoveryOf,
  throughputOf,
  twoProductRecovery,
  unaccountedOf,
  yieldOf,
} from './process-figures.js';

const certain = (value: number) => ({ value, deviation: 0 });
const about = (value: number, share: number) => ({ value, deviation: value * share });

/** Feed, product mass share and shares such that feed = product + tailings in mass and element. */
const separation = fc
  .record({
    feed: fc.double({ min: 1, max: 1e9, noNaN: true }),
    yield: fc.double({ min: 0.001, max: 0.9, noNaN: true }),
    f: fc.double({ min: 1e-4, max: 0.5, noNaN: true }),
    recovery: fc.double({ min: 0.05, max: 0.99, noNaN: true }),
  })
  .map(({ feed, yield: y, f, recovery }) => {
    const product = feed * y;
    const c = (recovery * f) / y;
    const t = ((1 - recovery) * f) / (1 - y);
    return { feed, product, f, c, t, recovery };
  })
  .filter(({ c, t, f }) => c <= 1 && Math.abs(c - t) > 1e-3 * f);

const relatively = (a: number, b: number): number => Math.abs(a - b) / Math.abs(b);

describe('recovery', () => {
  it('from masses is what the two-product formula says of shares alone', () => {
    fc.assert(
      fc.property(separation, ({ feed, product, f, c, t, recovery }) => {
        const measured = recoveryOf(
          { mass: certain(product), share: certain(c) },
          { mass: certain(feed), share: certain(f) },
        );
        const check = twoProductRecovery(certain(f), certain(c), certain(t))!;
        expect(relatively(measured.value, recovery)).toBeLessThan(1e-9);
        expect(relatively(check.value, recovery)).toBeLessThan(1e-6);
        expect(measured.deviation).toBe(0);
      }),
    );
  });

  it('is yield times enrichment', () => {
    fc.assert(
      fc.property(separation, ({ feed, product, f, c }) => {
        const measured = recoveryOf(
          { mass: about(product, 0.01), share: about(c, 0.02) },
          { mass: about(feed, 0.01), share: about(f, 0.02) },
        );
        const y = yieldOf(about(product, 0.01), about(feed, 0.01));
        const e = enrichmentOf(about(c, 0.02), about(f, 0.02));
        expect(relatively(y.value * e.value, measured.value)).toBeLessThan(1e-9);
        const squares = 2 * 0.01 ** 2 + 2 * 0.02 ** 2;
        expect(relatively(measured.deviation / measured.value, Math.sqrt(squares))).toBeLessThan(
          1e-9,
        );
      }),
    );
  });

  it('has an uncertainty in the two-product formula that finite differences confirm', () => {
    fc.assert(
      fc.property(separation, ({ f, c, t }) => {
        const at = (df: number, dc: number, dt: number): number =>
          twoProductRecovery(certain(f + df), certain(c + dc), certain(t + dt))!.value;
        // Small beside the denominator as well, where the formula is steep.
        const h = 1e-6 * Math.min(Math.abs(c - t), f, c, t);
        const slopes = [
          (at(h, 0, 0) - at(-h, 0, 0)) / (2 * h),
          (at(0, h, 0) - at(0, -h, 0)) / (2 * h),
          (at(0, 0, h) - at(0, 0, -h)) / (2 * h),
        ];
        const u = [0.01 * f, 0.02 * c, 0.03 * t];
        const numeric = Math.sqrt(slopes.reduce((sum, one, n) => sum + (one * u[n]!) ** 2, 0));
        const { deviation } = twoProductRecovery(about(f, 0.01), about(c, 0.02), about(t, 0.03))!;
        expect(Math.abs(deviation - numeric)).toBeLessThan(1e-3 * numeric + 1e-9);
      }),
    );
  });

  it('of a chain has the feed of the first stage below it, and losses add up to one', () => {
    fc.assert(
      fc.property(separation, separation, (a, b) => {
        const chain = chainRecovery([about(a.recovery, 0.1), about(b.recovery, 0.1)]);
        expect(relatively(chain.value, a.recovery * b.recovery)).toBeLessThan(1e-12);
        const { value } = lossOfTarget([certain(a.recovery), certain(1 - a.recovery)]);
        expect(Math.abs(value)).toBeLessThan(1e-12);
      }),
    );
  });
});

describe('definitions', () => {
  it('have no answer where the formula has none', () => {
    expect(twoProductRecovery(certain(0.1), certain(0.2), certain(0.2))).toBeUndefined();
    expect(twoProductRecovery(certain(0), certain(0.2), certain(0.1))).toBeUndefined();
  });

  it('keep re-fed mass apart from fresh feed', () => {
    expect(recirculatingLoad(certain(30), certain(120)).value).toBe(0.25);
    expect(throughputOf(about(120, 0.01), about(30, 0.03)).value).toBe(150);
    expect(purityOf(certain(95), certain(100)).value).toBe(0.95);
  });

  it('agree when their difference is within k deviations of it, and not beyond', () => {
    const difference = { value: 0.1, deviation: 0.03 };
    expect(agree(difference, { value: 0, deviation: 0.04 }, 2)).toBe(true);
    expect(agree(difference, { value: 0, deviation: 0.04 }, 1.9)).toBe(false);
  });

  it('leave an uncertainty also where nothing was recovered', () => {
    const none = { mass: { value: 0, deviation: 5 }, share: certain(0.5) };
    const { value, deviation } = recoveryOf(none, { mass: certain(100), share: certain(0.25) });
    expect(value).toBe(0);
    expect(deviation).toBeCloseTo(0.1, 12);
  });
});

describe('unaccounted', () => {
  const mass = fc.record({
    massMg: fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }),
    uncertaintyMg: fc.bigInt({ min: 0n, max: 2n ** 50n }),
  });
  const masses = fc.array(mass, { maxLength: 6 });
  const reversed = (all: readonly MassEstimate[]): MassEstimate[] => [...all].reverse();

  it('is exact, whatever the order, and zero where all is accounted for', () => {
    fc.assert(
      fc.property(
        masses,
        masses,
        masses,
        masses,
        (feeds, outlets, stockChanges, declaredLosses) => {
          const terms = { feeds, outlets, stockChanges, declaredLosses };
          const found = unaccountedOf(terms, 3n);
          const again = unaccountedOf(
            { ...terms, feeds: reversed(feeds), outlets: reversed(outlets) },
            3n,
          );
          expect(again).toEqual(found);
          const rest = { massMg: found.massMg, uncertaintyMg: 0n };
          const closed = unaccountedOf({ ...terms, declaredLosses: [...declaredLosses, rest] }, 3n);
          expect(closed.massMg).toBe(0n);
          expect(closed.isAlarm).toBe(false);
        },
      ),
    );
  });

  it('has the smallest whole uncertainty that is not too small', () => {
    fc.assert(
      fc.property(masses, (feeds) => {
        const terms = { feeds, outlets: [], stockChanges: [], declaredLosses: [] };
        const { uncertaintyMg } = unaccountedOf(terms, 3n);
        const square = feeds.reduce((sum, one) => sum + one.uncertaintyMg ** 2n, 0n);
        expect(uncertaintyMg ** 2n >= square).toBe(true);
        expect(uncertaintyMg === 0n || (uncertaintyMg - 1n) ** 2n < square).toBe(true);
      }),
    );
  });

  it('alarms beyond k deviations alone', () => {
    const feed = (massMg: bigint) => ({
      feeds: [{ massMg, uncertaintyMg: 10n }],
      outlets: [],
      stockChanges: [],
      declaredLosses: [],
    });
    expect(unaccountedOf(feed(30n), 3n).isAlarm).toBe(false);
    expect(unaccountedOf(feed(-31n), 3n).isAlarm).toBe(true);
  });
});
