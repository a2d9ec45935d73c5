import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type SaidOfOutlet, correctOutlets } from './outlet-classes.js';

const confusion = {
  truths: ['steel', 'copper'],
  said: ['steel', 'copper', 'unresolved'],
  sharesPpm: [
    [900_000, 20_000, 80_000],
    [100_000, 800_000, 100_000],
  ],
};
const NONE = { missedPpm: 0, strayPpm: 0 };
const ASTRAY = { missedPpm: 50_000, strayPpm: 5_000 };

/** Outlet 0 takes what is not said to be copper. */
const fed = (steel: number, copper: number): SaidOfOutlet[] => {
  const said = [0, 1, 2].map(
    (at) => (steel * confusion.sharesPpm[0]![at]! + copper * confusion.sharesPpm[1]![at]!) / 1e6,
  );
  const pieces = { effectivePieces: 5_000, massUncertainty: 0.08 };
  return [
    { massesMg: [said[0]!, 0, said[2]!], ...pieces },
    { massesMg: [0, said[1]!, 0], ...pieces },
  ];
};

describe('classes behind outlets that were filled by what was said', () => {
  it('are those of the feed, and of each outlet what the confusion leaves in it', () => {
    const { whole, byOutlet } = correctOutlets(fed(900_000, 100_000), confusion, NONE);
    expect(whole[1]!.share).toBeCloseTo(0.1, 4);
    // 18 g of steel were said to be copper, 80 g of copper were.
    expect(byOutlet[1]![1]!.share).toBeCloseTo(80 / 98, 3);
    expect(byOutlet[0]![1]!.share).toBeCloseTo(20 / 902, 3);
  });

  it('make up each outlet, and all outlets the feed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (steel, copper) => {
          const outlets = fed(steel, copper);
          const { whole, byOutlet } = correctOutlets(outlets, confusion, ASTRAY);
          const masses = outlets.map(({ massesMg }) => massesMg.reduce((a, b) => a + b, 0));
          const all = masses[0]! + masses[1]!;
          for (const fractions of [whole, ...byOutlet]) {
            const sum = fractions.reduce((total, { share }) => total + share, 0);
            expect(sum).toBeCloseTo(1, 6);
            for (const { share, deviation } of fractions) {
              expect(share).toBeGreaterThanOrEqual(0);
              expect(deviation).toBeGreaterThanOrEqual(0);
            }
          }
          const [first, second] = byOutlet.map((fractions) => fractions[1]!.share);
          const together = (first! * masses[0]! + second! * masses[1]!) / all;
          expect(together).toBeCloseTo(whole[1]!.share, 6);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('are known less well where pieces may have ended elsewhere, most of all in small outlets', () => {
    const [sure, unsure] = [NONE, ASTRAY].map(
      (errors) => correctOutlets(fed(990_000, 10_000), confusion, errors).byOutlet,
    );
    const widened = [0, 1].map((outlet) => {
      const [before, after] = [sure!, unsure!].map((found) => found[outlet]![1]!.deviation);
      return after! - before!;
    });
    expect(widened[1]!).toBeGreaterThan(widened[0]!);
  });

  it('say nothing more than was said where nothing was', () => {
    const nothing = { massesMg: [0, 0, 0], effectivePieces: 0, massUncertainty: 0 };
    const [first] = fed(900_000, 100_000);
    const { byOutlet } = correctOutlets([first!, nothing], confusion, ASTRAY);
    expect(byOutlet[1]!.map(({ share, deviation }) => [share, deviation])).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});
