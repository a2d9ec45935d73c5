import { describe, expect, it } from '@jest/globals';
import type { DataOf } from '#contracts';
import { FACTS } from '#contracts';
import { type GradedLot, stockOf } from './graded-stock.js';

const [example] = FACTS.lotGraded.examples;
const limit = example!.limits[0]!;

function lot(
  weighedMg: bigint,
  offSpecPpm: number,
  limits: DataOf<'lotGraded'>['limits'],
): GradedLot {
  return { siteId: 'north', stream: 'steel', weighedMg, grading: { offSpecPpm, limits } };
}

describe('the graded lots in stock', () => {
  const cu = {
    ...limit,
    meanPpm: 2_000,
    samplingPpm: 30,
    noisePpm: 0,
    placementPpm: 60,
    assayPpm: 40,
    biasPpm: 100,
  };

  it('are counted with the probability that they are off-spec', () => {
    const { figures } = stockOf([lot(1n, 250_000, []), lot(1n, 500_000, [])], new Set());
    expect(figures).toEqual([
      { siteId: 'north', stream: 'steel', lots: 2, offSpecExpected: 0.75, offSpecMost: 0.5 },
    ]);
  });

  it('hold metal that nobody pays for there: noise averages out between lots, bias and sorter do not', () => {
    const tonne = 1_000_000_000n;
    const { metals } = stockOf([lot(tonne, 0, [cu]), lot(tonne, 0, [cu])], new Set(['Cu']));
    expect(metals).toEqual([
      {
        siteId: 'north',
        stream: 'steel',
        analyte: 'Cu',
        grams: 4_000,
        uncertaintyGrams: Math.sqrt(2 * 50 * 50 + 200 * 200 + 120 * 120),
      },
    ]);
  });

  it('hold none by a least share, by a sum of several, without a price, or when they are gone', () => {
    const others = [
      { ...cu, bound: 'min' as const },
      { ...cu, analytes: ['Cu', 'Sn'] },
      { ...cu, analytes: ['Mo'] },
    ];
    expect(stockOf([lot(1_000n, 0, others)], new Set(['Cu', 'Sn'])).metals).toEqual([]);
    expect(stockOf([lot(-5n, 0, [cu])], new Set(['Cu'])).metals[0]!.grams).toBe(0);
  });
});
