import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { metered } from '../../../test/arbitraries/reactor-day.js';
import { Day, RUN, meter, start, weigh } from '../../../test/arbitraries/site-day.js';
import { processFigures } from './run-process.js';

const reading = fc.record({
  meterId: fc.constantFrom('dosing-1', 'dosing-2'),
  flow: fc.constantFrom('taken', 'recovered'),
  cumulativeMg: fc.integer({ min: 0, max: 1_000_000_000 }),
});
type Reading = typeof reading extends fc.Arbitrary<infer One> ? One : never;

function figuresOf(readings: readonly Reading[]): ReturnType<typeof processFigures> {
  const day = new Day();
  start(day, 'out');
  meter(day, 'lot-1', 3_000_000);
  weigh(day, 0, 2_000_000);
  for (const { meterId, flow, cumulativeMg } of readings) {
    const dosed = { kind: 'reagent', substance: 'glycol', flow, cumulativeMg } as const;
    day.fold(day.line.say('processMetered', RUN, metered('run-1', meterId, dosed)));
  }
  return processFigures([day.set.runs.get(RUN)!], new Map());
}

it('the largest reading of a meter counts, in whatever order and however often it comes', () => {
  fc.assert(
    fc.property(
      fc
        .array(reading, { minLength: 1, maxLength: 8 })
        .chain((said) =>
          fc.tuple(
            fc.constant(said),
            fc.shuffledSubarray([...said, ...said], { minLength: 2 * said.length }),
          ),
        ),
      ([said, again]) => {
        expect(figuresOf(again).reagents).toEqual(figuresOf(said).reagents);
      },
    ),
    { numRuns: 60 },
  );
});

it('used is taken less recovered, and each ratio its own denominator times itself', () => {
  fc.assert(
    fc.property(fc.array(reading, { minLength: 1, maxLength: 8 }), (said) => {
      const { reagents, yield: share, feed, product } = figuresOf(said);
      expect(share!.value * Number(feed.massMg)).toBeCloseTo(Number(product.massMg), 6);
      for (const { taken, recovered, used, recovery } of reagents) {
        expect(used.amount.value).toBe(taken.amount.value - recovered.amount.value);
        expect(used.amount.deviation).toBeGreaterThanOrEqual(taken.amount.deviation);
        expect(taken.perProduct!.value * 2).toBeCloseTo(taken.amount.value / 1e6, 6);
        if (recovery === null) expect(taken.amount.value).toBe(0);
        else expect(recovery.value * taken.amount.value).toBeCloseTo(recovered.amount.value, 3);
      }
    }),
    { numRuns: 60 },
  );
});
