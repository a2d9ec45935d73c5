import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { delivery, id } from '../../../../test/arbitraries/site-day.js';
import { Station, adoption, stream } from '../../../../test/arbitraries/site-stream.js';
import { type SpecService, startFilledService } from '../spec-service.js';

let service: SpecService;

/** Two lots of E40 of a tonne each; the copper of one was assayed. */
function day() {
  const [gate, lab] = [new Station('gate'), new Station('lab')];
  const { visitId, lines } = delivery('visit-1', { a: 1_000_000_000, b: 1_000_000_000 });
  return stream([
    adoption(),
    gate.say('deliveryCompleted', visitId, { visitId, lines }),
    lab.say('lotAssayed', id('a'), {
      lotId: id('a'),
      assayId: 'assay-1',
      method: 'melt-OES',
      sampleMassMg: 5,
      fractions: [{ analyte: 'Cu', ppm: 2_400, uncertaintyPpm: 200 }],
    }),
  ]);
}

beforeAll(async () => {
  service = await startFilledService(day());
}, 60_000);

afterAll(async () => {
  await service.close();
});

describe('the graded lots in stock', () => {
  it('are told at every scrape, with the copper that nobody pays for and its price', async () => {
    for (let scrape = 1; scrape <= 2; scrape++) {
      const metrics = await (await service.get('/metrics')).text();
      const here = 'site="north",stream="steel"';
      expect(metrics).toContain(`urbanmine_lots_graded{${here}} 1\n`);
      expect(metrics).toMatch(/^urbanmine_lots_off_spec_expected\{.*\} 0\.[23]\d*$/m);
      expect(metrics).toContain(`urbanmine_lots_bounded_metal_grams{${here},analyte="Cu"} 2400\n`);
      expect(metrics).toContain(
        `urbanmine_lots_bounded_metal_uncertainty_grams{${here},analyte="Cu"} 200\n`,
      );
      expect(metrics).toMatch(/^urbanmine_metal_price_per_gram\{analyte="Cu",currency="USD",/m);
    }
  });
});
