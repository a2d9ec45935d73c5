import { describe, expect, it } from '@jest/globals';
import { type Confusion, correctFractions } from './class-fractions.js';

const confusion: Confusion = {
  truths: ['steel', 'copper', 'cast'],
  said: ['steel', 'copper', 'cast', 'unresolved'],
  shares: [
    [0.9, 0.02, 0.03, 0.05],
    [0.05, 0.85, 0, 0.1],
    [0.2, 0, 0.7, 0.1],
  ],
};

const confused = (truth: readonly number[]): number[] =>
  confusion.said.map((_name, said) =>
    truth.reduce((sum, share, at) => sum + share * confusion.shares[at]![said]!, 0),
  );

describe('correctFractions', () => {
  it('gives back the truth behind what a confused classifier said', () => {
    const truth = [0.82, 0.03, 0.15];
    const found = correctFractions(confused(truth), confusion, 5_000);
    found.forEach(({ share }, at) => {
      expect(share).toBeCloseTo(truth[at]!, 4);
    });
    expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it('never says a negative share, also where chance said too little of a class', () => {
    const found = correctFractions([0.97, 0.002, 0.02, 0.008], confusion, 300);
    for (const { share } of found) expect(share).toBeGreaterThanOrEqual(0);
  });

  it('knows fractions better the more pieces there are', () => {
    const [few, many] = [100, 10_000].map((pieces) =>
      correctFractions(confused([0.8, 0.1, 0.1]), confusion, pieces),
    );
    few!.forEach(({ deviation }, at) => {
      expect(deviation / many![at]!.deviation).toBeCloseTo(10, 6);
    });
  });

  it('claims nothing where two classes look the same', () => {
    const blind: Confusion = {
      truths: ['a', 'b'],
      said: ['a', 'b', 'unresolved'],
      shares: [
        [0.5, 0.5, 0],
        [0.5, 0.5, 0],
      ],
    };
    for (const { deviation } of correctFractions([0.5, 0.5, 0], blind, 100)) {
      expect(deviation).toBe(1);
    }
  });
});
