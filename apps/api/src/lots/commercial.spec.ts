import { describe, expect, it } from '@jest/globals';
import type { LotState } from '#custody';
import { Day, deliver, id } from '../../../../test/arbitraries/site-day.js';
import { commercialAnswerOf } from './commercial.js';

const LOT = id('lot-1');

/** A wet lot of textiles that a camera sees as cotton; nobody reads a fibre of it. */
function seen(): { readonly day: Day; readonly lot: LotState } {
  const day = new Day();
  deliver(day, 'visit-1', { 'lot-1': 1_000_000 });
  const lot = day.set.lots.get(LOT)!;
  lot.stream = 'textiles';
  lot.moisture = { basis: 'wet', ppm: 100_000, logIndex: 1 };
  lot.estimated = { cotton: { debitsMg: 1_000_000n, creditsMg: 0n } };
  return { day, lot };
}

describe('the commercial mass of a lot', () => {
  it('is none where only its classes tell of fibres', () => {
    expect(commercialAnswerOf(seen().lot)).toBeNull();
  });

  it('goes by the fibres that were measured, and by no other', () => {
    const { day, lot } = seen();
    day.fold(
      day.lab.say('lotAssayed', LOT, {
        lotId: LOT,
        assayId: 'assay-1',
        method: 'dissolution',
        sampleMassMg: 500,
        fractions: [{ analyte: 'cotton', ppm: 950_000, uncertaintyPpm: 5_000 }],
      }),
    );
    expect(commercialAnswerOf(lot)).toMatchObject({
      scaleMg: '1000000',
      dryMg: '900000',
      fibres: [{ fibre: 'cotton', ppm: 950_000 }],
    });
  });
});
