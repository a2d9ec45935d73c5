import { describe, expect, it } from '@jest/globals';
import type { Book } from './book.js';
import { ELEMENTS } from './elements.js';
import { RECIPES } from './recipes.js';
import { SENSOR_MODELS } from './sensor-models.js';
import { STEEL_CLASSES } from './steel-classes.js';

const SYMBOLS = new Set(ELEMENTS.elements.map(({ symbol }) => symbol));

/** Source keys that a book's figures name, wherever they stand. */
function namedSources(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'source' ? [String(member)] : namedSources(member),
  );
}

describe.each<Book>([STEEL_CLASSES, SENSOR_MODELS, RECIPES])('book $book', (book) => {
  it('gives a source for every figure', () => {
    const named = new Set(namedSources(book));
    expect([...named].filter((key) => book.sources[key] === undefined)).toEqual([]);
    expect(Object.keys(book.sources).filter((key) => !named.has(key))).toEqual([]);
  });

  it('is dated and versioned', () => {
    expect(book.validFrom).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(book.version).toBeGreaterThanOrEqual(1);
  });
});

describe('compositions', () => {
  it('name known elements and leave room for the balance', () => {
    for (const { composition, balance } of STEEL_CLASSES.classes) {
      expect(Object.keys(composition).filter((symbol) => !SYMBOLS.has(symbol))).toEqual([]);
      expect(Object.keys(composition)).not.toContain(balance);
      const sum = Object.values(composition).reduce((total, { meanPpm }) => total + meanPpm, 0);
      expect(sum).toBeLessThan(500_000);
    }
  });

  it('cover every element that a sensor sees', () => {
    for (const { elements } of SENSOR_MODELS.models) {
      for (const { composition } of STEEL_CLASSES.classes) {
        expect(Object.keys(composition)).toEqual(expect.arrayContaining(Object.keys(elements)));
      }
    }
  });
});

describe('recipes', () => {
  it('have priors that sum to one over known classes, and known targets', () => {
    const classes = STEEL_CLASSES.classes.map((entry) => entry.class);
    for (const { priorsPpm, targetByOutlet } of RECIPES.recipes) {
      expect(Object.keys(priorsPpm).sort()).toEqual([...classes].sort());
      expect(Object.values(priorsPpm).reduce((a, b) => a + b)).toBe(1_000_000);
      expect(classes).toEqual(expect.arrayContaining([...targetByOutlet]));
    }
  });
});
