import { describe, expect, it } from '@jest/globals';
import type { LotState } from '#custody';
import { EXAMPLE_PRICES } from '#materials';
import { Day, deliver, id } from '../../../../test/arbitraries/site-day.js';
import { compositionAnswerOf, gradingAnswerOf } from './composition.js';
import { gradingAnswer, shareAnswer } from './composition.schema.js';

const LOT = id('lot-1');
const prices = { book: EXAMPLE_PRICES, adopted: null };

/** A lot delivered as E40 whose copper was assayed. */
function assayed(ppm: number, uncertaintyPpm: number): LotState {
  const day = new Day();
  deliver(day, 'visit-1', { 'lot-1': 1_000 });
  day.fold(
    day.lab.say('lotAssayed', LOT, {
      lotId: LOT,
      assayId: 'assay-1',
      method: 'melt-OES',
      sampleMassMg: 5,
      fractions: [{ analyte: 'Cu', ppm, uncertaintyPpm }],
    }),
  );
  return day.set.lots.get(LOT)!;
}

describe('the answer of a lot', () => {
  it('has its composition with the parts of the uncertainty apart', () => {
    const [share, ...others] = compositionAnswerOf(assayed(2_400, 200));
    expect(others).toEqual([]);
    expect(shareAnswer.parse(share)).toMatchObject({
      analyte: 'Cu',
      meanPpm: 2_400,
      uncertaintyPpm: 200,
      samplingPpm: 0,
      noisePpm: 0,
      placementPpm: 0,
      biasPpm: 0,
      assayPpm: 200,
      basis: 'measured',
    });
    expect(share!.lowPpm).toBeLessThan(2_040);
    expect(share!.highPpm).toBeGreaterThan(2_792);
  });

  it('has its grading with what would decide it', () => {
    const lot = assayed(2_400, 200);
    const answer = gradingAnswer.parse(gradingAnswerOf(lot, prices));
    expect(answer).toMatchObject({
      grade: 'E40',
      verdict: 'undecided',
      nextBestGrade: null,
      logIndex: lot.graded?.logIndex,
      reach: { grade: 'E40', remedies: [{ kind: 'assay', of: 'Cu' }] },
    });
    expect(answer.limits.map(({ verdict }) => verdict)).toContain('not-assessed');
  });

  it('has intervals that JSON can hold where nearly nothing is known', () => {
    expect(shareAnswer.parse(compositionAnswerOf(assayed(1, 1_000_000))[0])).toMatchObject({
      meanPpm: 1,
      lowPpm: 0,
      highPpm: 10_000_000,
    });
  });

  it('has no grading of a lot that nobody assayed', () => {
    const day = new Day();
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    expect(gradingAnswerOf(day.set.lots.get(LOT)!, prices)).toBeNull();
  });
});
