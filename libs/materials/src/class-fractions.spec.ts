import { describe, expect, it } from '@jest/globals';
import { CONFUSIONS } from './books/confusions.js';
import { STEEL_CLASSES } from './books/steel-classes.js';
import { correctFractions, shareByClasses } from './class-fractions.js';
import { knownPieceModels } from './piece-model.js';

const confusion = {
  truths: ['steel', 'copper', 'cast'],
  said: ['steel', 'copper', 'cast', 'unresolved'],
  sharesPpm: [
    [900_000, 20_000, 30_000, 50_000],
    [50_000, 850_000, 0, 100_000],
    [200_000, 0, 700_000, 100_000],
  ],
};

const confused = (truth: readonly number[]): number[] =>
  confusion.said.map((_name, said) =>
    truth.reduce(
      (sum, share, at) => sum + (share * confusion.sharesPpm[at]![said]!) / 1_000_000,
      0,
    ),
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

  it('finds what was said of one class alone, and is unsure of the others by a piece', () => {
    const found = correctFractions([1, 0, 0, 0], confusion, 200);
    expect(found[0]!.share).toBeCloseTo(1, 6);
    for (const { share, deviation } of found) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(deviation).toBeGreaterThan(1 / 250);
      expect(deviation).toBeLessThan(0.2);
    }
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
    const blind = {
      truths: ['a', 'b'],
      said: ['a', 'b', 'unresolved'],
      sharesPpm: [
        [500_000, 500_000, 0],
        [500_000, 500_000, 0],
      ],
    };
    for (const { deviation } of correctFractions([0.5, 0.5, 0], blind, 100)) {
      expect(deviation).toBe(1);
    }
  });
});

describe('the book of confusions', () => {
  it('has rows that are whole, of every model of today', () => {
    const { confusions } = CONFUSIONS;
    expect(confusions.map(({ modelDigest }) => modelDigest)).toEqual(
      knownPieceModels().map(({ digest }) => digest),
    );
    for (const { sharesPpm, truths, said } of confusions) {
      expect(said).toEqual([...truths, 'unresolved']);
      expect(sharesPpm).toHaveLength(truths.length);
      for (const row of sharesPpm) expect(row.reduce((a, b) => a + b)).toBe(1_000_000);
    }
  });

  it('undoes what a model does to a feed that is not what its recipe expects', () => {
    const steel = CONFUSIONS.confusions[0]!;
    const truth = steel.truths.map((name) => (name === 'cast-iron' ? 0.4 : 0.6 / 7));
    const said = steel.said.map((_name, at) =>
      truth.reduce((sum, share, row) => sum + (share * steel.sharesPpm[row]![at]!) / 1e6, 0),
    );
    const cast = correctFractions(said, steel, 10_000).find((one) => one.class === 'cast-iron')!;
    expect(said[steel.said.indexOf('cast-iron')]).toBeLessThan(0.32);
    expect(cast.share).toBeCloseTo(0.4, 3);
    expect(cast.deviation).toBeLessThan(0.01);
  });
});

describe('shareByClasses', () => {
  const fraction = (name: string, share: number) => ({ class: name, share, deviation: 0.01 });
  const copper = (...fractions: ReturnType<typeof fraction>[]) =>
    shareByClasses(fractions, STEEL_CLASSES, 'Cu');

  it('weighs the means of the classes, and is as uncertain as they are', () => {
    const { value, deviation } = copper(
      fraction('carbon-steel', 0.99),
      fraction('copper-bearing', 0.01),
    )!;
    expect(value).toBeCloseTo(0.99 * 800 + 0.01 * 190_000, 6);
    expect(deviation).toBeGreaterThan(1_900);
    expect(deviation).toBeLessThan(2_100);
  });

  it('says nothing of classes or analytes that the book does not know', () => {
    expect(copper(fraction('moon-rock', 1))).toBeUndefined();
    expect(shareByClasses([fraction('cast-iron', 1)], STEEL_CLASSES, 'Xe')).toBeUndefined();
  });
});
