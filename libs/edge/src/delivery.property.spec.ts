import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Fate, ModelStation } from './spec-delivery.js';

/**
 * The law: whatever crashes, is full, lost, refused, late or sent twice, in any order, in the end
 * the ledger has every line of the station's input once, and never two sayings under one seq.
 */

type Step = (station: ModelStation) => void | Promise<void>;

const step = (weight: number, arbitrary: fc.Arbitrary<Step>): fc.WeightedArbitrary<Step> => ({
  weight,
  arbitrary,
});

const always = (take: Step): fc.Arbitrary<Step> => fc.constant(take);

const FATES: readonly Fate[] = ['answered', 'answered', 'answer-lost', 'not-sent', 'half', 'late'];

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    step(
      7,
      fc.integer({ min: 1, max: 4 }).map((count): Step => (station) => {
        station.take(count);
      }),
    ),
    step(
      2,
      always((station) => {
        station.seal();
      }),
    ),
    step(
      4,
      always((station) => station.sync()),
    ),
    step(
      7,
      fc.tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom(...FATES)).map(
        ([limit, fate]): Step =>
          (station) =>
            station.send(limit, fate),
      ),
    ),
    step(
      1,
      always((station) => {
        station.arrive();
      }),
    ),
    step(
      3,
      fc.nat(6).map((count): Step => (station) => {
        station.ledger.commit(count);
      }),
    ),
    step(
      1,
      always((station) => {
        station.ledger.loseTail();
      }),
    ),
    step(
      1,
      always((station) => {
        station.ledger.declareGaps();
      }),
    ),
    step(
      3,
      always((station) => {
        station.poll();
      }),
    ),
    step(
      2,
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()).map(
        ([share, away]): Step =>
          (station) =>
            station.crash(share, away),
      ),
    ),
    step(
      1,
      fc.nat(3_000).map((bytes): Step => (station) => {
        station.disk.freeBytes = bytes;
      }),
    ),
    step(
      1,
      always((station) => {
        station.disk.freeBytes = Infinity;
      }),
    ),
    step(
      1,
      fc.integer({ min: -86_400_000, max: 86_400_000 }).map((jump): Step => (station) => {
        station.nowMs += jump;
      }),
    ),
    step(
      1,
      always((station) => {
        station.elapsedMs += 31_000;
      }),
    ),
  ),
  { maxLength: 60, size: 'max' },
);

describe('Delivery', () => {
  it('brings every line of the input once', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const station = new ModelStation();
        try {
          for (const take of taken) await take(station);
          await station.drain();
          expect(station.deliveries().filter((times) => times !== 1)).toEqual([]);
        } finally {
          await station.close();
        }
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
