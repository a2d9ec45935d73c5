import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CONFUSIONS, KNOWN_MODELS, RECIPES, STEEL_CLASSES } from '#materials';
import { booksReport } from './books-report.js';
import { classifierReport } from './classifier-report.js';
import { confusionsOf } from './confusion-book.js';

const { judgements, devices, text } = classifierReport();

describe('the committed reports', () => {
  it('are what `npm run coverage-report` makes, to the byte', () => {
    expect(readFileSync('docs/reports/classifier.md', 'utf8')).toBe(text);
    expect(readFileSync('docs/reports/books.md', 'utf8')).toBe(booksReport());
  });

  it('have their confusions in the book that corrects fractions', () => {
    expect(CONFUSIONS.confusions).toEqual(confusionsOf(judgements));
  });

  it('are about every model that the books know', () => {
    expect(judgements.map(({ names }) => names)).toEqual(KNOWN_MODELS);
  });
});

describe.each(judgements)('the model of $names.sensorModel for $names.recipe', (judged) => {
  it('is right as often as it says, wherever it names a class', () => {
    for (const { pieces, right, saidPpm } of judged.bands) {
      expect(pieces).toBeGreaterThan(60);
      const said = saidPpm / pieces / 1_000_000;
      // Three standard errors of a share, and a bound that no luck explains.
      const tolerance = 3 * Math.sqrt((said * (1 - said)) / pieces) + 0.005;
      expect(Math.abs(right / pieces - said)).toBeLessThan(tolerance);
    }
  });

  it('of pieces it is 90 % sure of, 88 to 92 % are right', () => {
    const { pieces, right } = judged.ninety;
    expect(pieces).toBeGreaterThan(1_000);
    expect(right / pieces).toBeGreaterThan(0.88);
    expect(right / pieces).toBeLessThan(0.92);
  });

  it('calls hardly any piece implausible that its books explain', () => {
    expect(judged.implausible / judged.pieces).toBeLessThan(0.001);
  });
});

describe('the model of devices', () => {
  it('of devices it is 90 % sure of, 88 to 92 % are right, and so in every band', () => {
    expect(devices.ninety.right / devices.ninety.pieces).toBeGreaterThan(0.88);
    expect(devices.ninety.right / devices.ninety.pieces).toBeLessThan(0.92);
    for (const { pieces, right, saidPpm } of devices.bands) {
      expect(Math.abs(right / pieces - saidPpm / pieces / 1e6)).toBeLessThan(0.02);
    }
  });
});

describe('the ferrous line', () => {
  const { counts, model } = judgements[0]!;
  const recall = (name: string): number => {
    const at = model.classes.indexOf(name);
    return counts[at]![at]! / counts[at]!.reduce((a, b) => a + b);
  };

  it('finds what it is there for', () => {
    expect(recall('carbon-steel')).toBeGreaterThan(0.7);
    expect(recall('copper-bearing')).toBeGreaterThan(0.7);
    expect(recall('stainless-austenitic')).toBeGreaterThan(0.9);
  });

  it('is fed with the copper that is published for regular shredded scrap', () => {
    const priors = RECIPES.recipes[0]!.priorsPpm;
    const meanPpm = STEEL_CLASSES.classes.reduce(
      (sum, entry) => sum + (priors[entry.class]! * entry.composition['Cu']!.meanPpm) / 1_000_000,
      0,
    );
    expect(meanPpm).toBeGreaterThan(2_600);
    expect(meanPpm).toBeLessThan(5_600);
  });
});
