import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { STEEL_CLASSES } from './books/steel-classes.js';
import { sharesByClasses } from './class-shares.js';
import type { LotShare } from './lot-composition.js';

const of = (
  masses: Readonly<Record<string, number>>,
  { stream = 'steel', lotMassMg = 1_000_000, relative = 0 } = {},
): ReadonlyMap<string, LotShare> =>
  new Map(
    sharesByClasses({
      stream,
      lotMassMg,
      masses: Object.entries(masses).map(([name, massMg]) => ({
        class: name,
        massMg,
        deviationMg: massMg * relative,
      })),
    }),
  );

describe('shares by classes', () => {
  it('weigh the means of the book, and say that they are no measurement', () => {
    const copper = of({ 'carbon-steel': 990_000, 'copper-bearing': 10_000 }).get('Cu')!;
    expect(copper).toMatchObject({ basis: 'classes', pieces: 0n });
    expect(copper.value).toBeCloseTo(0.99 * 800 + 0.01 * 190_000, 6);
    // A fifth of each class's part, as the book says.
    expect(copper.deviation).toBeCloseTo(0.2 * Math.hypot(0.99 * 800, 0.01 * 190_000), 6);
    expect(copper.parts.noise).toBe(0);
    expect(copper.parts.bias).toBe(copper.deviation);
  });

  it('keep what the sorter states of its shares apart from what the book states', () => {
    const { parts } = of({ 'carbon-steel': 500_000, 'cast-iron': 500_000 }, { relative: 0.1 }).get(
      'Cu',
    )!;
    expect(parts.noise).toBeCloseTo(0.05 * Math.hypot(800, 3_500), 6);
    expect(parts.bias).toBeCloseTo(0.1 * Math.hypot(800, 3_500), 6);
  });

  it('are wider the more of it is unresolved, and hold what any class would make of it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400_000 }),
        fc.integer({ min: 0, max: 90_000 }),
        (unresolved, more) => {
          const share = (rest: number): LotShare =>
            of({ 'carbon-steel': 1_000_000 - rest, unresolved: rest }).get('Cu')!;
          const [few, many] = [share(unresolved), share(unresolved + more)];
          expect(many.value).toBeCloseTo(few.value, 6);
          expect(many.deviation).toBeGreaterThanOrEqual(few.deviation);
          const classes = STEEL_CLASSES.classes.map((one) => one.composition['Cu']?.meanPpm ?? 0);
          for (const meanPpm of classes) {
            const truth = few.value + (unresolved / 1_000_000) * (meanPpm - few.value);
            expect(Math.abs(truth - few.value)).toBeLessThanOrEqual(3 * few.deviation);
          }
        },
      ),
    );
  });

  it('are the same whatever the masses are counted in, and however a class is divided', () => {
    const whole = of({ 'carbon-steel': 600_000, 'cast-iron': 400_000 }).get('Cu')!;
    const half = of({ 'cast-iron': 200_000, 'carbon-steel': 300_000 }, { lotMassMg: 500_000 }).get(
      'Cu',
    )!;
    expect(half.value).toBeCloseTo(whole.value, 9);
    expect(half.deviation).toBeCloseTo(whole.deviation, 9);
  });

  it.each<[string, Record<string, number>, string]>([
    ['a stream without compositions', { 'carbon-steel': 1_000_000 }, 'ewaste'],
    ['a lot of which most is unresolved', { 'carbon-steel': 400, unresolved: 600 }, 'steel'],
    ['a lot of which less than half was seen', { 'carbon-steel': 400_000 }, 'steel'],
    ['nothing', {}, 'steel'],
  ])('are none of %s', (_name, masses, stream) => {
    expect([...of(masses, { stream })]).toEqual([]);
  });

  it('go by the book that knows more of the lot, as non-ferrous metal of the same yard', () => {
    const zinc = of({ brass: 900_000, 'non-ferrous': 100_000 });
    expect(zinc.get('Zn')!.value).toBeCloseTo(370_000, 6);
    expect(of({ cotton: 1_000_000 }, { stream: 'textiles' }).get('cotton')!.value).toBe(960_000);
  });
});
