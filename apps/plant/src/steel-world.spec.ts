import { describe, expect, it } from '@jest/globals';
import { Random } from './random.js';
import { weigh } from './scales.js';
import {
  COPPER,
  ELEMENTS,
  drawComposition,
  drawCopperPpm,
  drawShares,
  outletOf,
} from './steel-world.js';
import { drawClass } from './world.js';

const copperOfLot = (seed: string, pieces: number): { mean: number; rich: number } => {
  const random = new Random(seed);
  const shares = drawShares(random, drawCopperPpm(random));
  const ppm = new Float64Array(ELEMENTS.length);
  let sum = 0;
  let rich = 0;
  for (let piece = 0; piece < pieces; piece++) {
    drawComposition(random, drawClass(random, shares), ppm);
    sum += ppm[COPPER]!;
    if (ppm[COPPER]! > 50_000) rich++;
  }
  return { mean: sum / pieces, rich: rich / pieces };
};

describe('The steel world', () => {
  it('is the same for the same seed', () => {
    expect(copperOfLot('a', 500)).toEqual(copperOfLot('a', 500));
    expect(copperOfLot('a', 500)).not.toEqual(copperOfLot('b', 500));
  });

  it('has lots of 0.26 to 0.56 % copper, most of it in few pieces', () => {
    const lots = Array.from({ length: 10 }, (_, at) => copperOfLot(`lot-${at}`, 10_000));
    // Ten thousand pieces still leave several percent of chance in the mean.
    for (const { mean } of lots) {
      expect(mean).toBeGreaterThan(2_100);
      expect(mean).toBeLessThan(6_500);
    }
    const rich = lots.reduce((sum, lot) => sum + lot.rich, 0) / lots.length;
    expect(rich).toBeGreaterThan(0.005);
    expect(rich).toBeLessThan(0.04);
  });

  it('sends carbon steel to the first outlet and every outlet has a class', () => {
    expect(new Set([0, 1, 2, 3, 4, 5, 6, 7].map(outletOf))).toEqual(new Set([0, 1, 2, 3, 7]));
  });
});

describe('A scale', () => {
  it('errs as it states: 95 % of the intervals hold the truth', () => {
    const random = new Random('scale');
    let held = 0;
    for (let count = 0; count < 4_000; count++) {
      const trueMg = random.between(100e6, 2_500e6);
      const { massMg, uncertaintyMg } = weigh(random, trueMg, 1e6);
      if (Math.abs(massMg - trueMg) <= 1.96 * uncertaintyMg) held++;
    }
    expect(held / 4_000).toBeGreaterThan(0.93);
    expect(held / 4_000).toBeLessThan(0.97);
  });
});
