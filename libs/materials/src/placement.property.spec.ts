import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ContentSums, addContents, emptySums } from './content-sums.js';
import {
  PLACED,
  addPlacement,
  placementFromText,
  placementOf,
  placementToText,
  takePlacement,
} from './placement.js';

const ERRORS = { missedPpm: 50_000, strayPpm: 5_000 };
const UNIT = 10_000;

interface Piece {
  readonly massMg: number;
  readonly ppm: number;
}

const piece = fc.record({
  massMg: fc.integer({ min: 100_000, max: 5_000_000 }),
  ppm: fc.integer({ min: 0, max: 600_000 }),
});
const pieces = fc.array(piece, { minLength: 1, maxLength: 30 });

function sumsOf(of: readonly Piece[]): ContentSums {
  const sums = emptySums();
  addContents(sums, { massMg: of.map(({ massMg }) => massMg), ppm: of.map(({ ppm }) => ppm) });
  return sums;
}

const massOf = (of: readonly Piece[]): number => of.reduce((sum, { massMg }) => sum + massMg, 0);
const contentOf = (of: readonly Piece[]): number =>
  of.reduce((sum, { massMg, ppm }) => sum + massMg * ppm, 0) / UNIT;

describe('which pieces a lot has', () => {
  it('is uncertain by what is exchanged, and by the chance of each piece', () => {
    fc.assert(
      fc.property(pieces, pieces, (own, others) => {
        const { shift, variance } = placementOf(sumsOf(own), sumsOf(others), ERRORS);
        const [mass, foreign] = [massOf(own), massOf(others)];
        const isFew = mass < foreign;
        const astray = Math.min(mass, foreign) * 0.05 + Math.max(mass, foreign) * 0.005;
        const mean = contentOf(own) / mass;
        const moved = astray * (contentOf(others) / foreign - mean);
        // Whole milligrams go astray, and contents are whole units.
        const rest = contentOf(others) / foreign;
        expect(Math.abs(Number(shift) - moved)).toBeLessThan(4 + 2 * (mean + rest));
        const squares = (of: readonly Piece[], about: number): number =>
          of.reduce((sum, { massMg, ppm }) => sum + (massMg * (ppm / UNIT - about)) ** 2, 0);
        const [leave, enter] = isFew ? [0.05, 0.005] : [0.005, 0.05];
        const byChance =
          leave * (1 - leave) * squares(own, mean) + enter * (1 - enter) * squares(others, mean);
        const rounding = 1e-3 * (squares(own, 0) + squares(others, 0) + squares(others, mean));
        expect(Math.abs(Number(variance) - byChance)).toBeLessThan(rounding + 1_000_000);
      }),
    );
  });

  it('moves a lot towards what the other outlets have, and none where they have the same', () => {
    fc.assert(
      fc.property(pieces, fc.integer({ min: 2, max: 5 }), (own, times) => {
        const rich = own.map(({ massMg, ppm }) => ({ massMg, ppm: ppm * times + 10_000 }));
        expect(placementOf(sumsOf(own), sumsOf(rich), ERRORS).shift).toBeGreaterThan(0n);
        expect(placementOf(sumsOf(rich), sumsOf(own), ERRORS).shift).toBeLessThanOrEqual(0n);
        const same = placementOf(sumsOf(own), sumsOf([...own, ...own]), ERRORS);
        expect(same.shift >= -1n && same.shift <= 1n).toBe(true);
      }),
    );
  });

  it('is certain where nothing else was read, or nothing at all', () => {
    const own = sumsOf([{ massMg: 5_000, ppm: 300 }]);
    expect(placementOf(own, emptySums(), ERRORS)).toEqual(PLACED);
    expect(placementOf(emptySums(), own, ERRORS)).toEqual(PLACED);
  });

  it('of two runs can be added, taken out again, and written down', () => {
    const figure = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
    const placement = fc.record({ shift: figure, variance: figure });
    fc.assert(
      fc.property(placement, placement, (a, b) => {
        expect(addPlacement(a, b)).toEqual(addPlacement(b, a));
        expect(takePlacement(addPlacement(a, b), b)).toEqual(a);
        expect(placementFromText(placementToText(a))).toEqual(a);
      }),
    );
    expect(() => placementFromText('12')).toThrow('not two whole numbers');
  });
});
