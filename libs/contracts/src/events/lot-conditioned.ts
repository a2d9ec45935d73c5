import { z } from 'zod';
import { code, ppm, siteScopedId, uncertaintyMg } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const lotConditioned = defineEvent({
  name: 'lot.conditioned',
  summary: 'Water that a lot lost or took up, by measured moisture or by weighing.',
  by: ['yard', 'lab', 'office'],
  subject: 'lot',
  epcis: { event: 'ObjectEvent', action: 'OBSERVE', bizStep: 'conditioning', readPoint: 'source' },
  schema: z.strictObject({
    lotId: siteScopedId,
    changeMg: z.int().describe('Negative: water left the lot; positive: it took water up'),
    uncertaintyMg: uncertaintyMg.describe('Of the change'),
    method: z.enum(['oven', 'moisture-meter', 'weighing', 'regain-table']),
    basis: z
      .enum(['wet', 'dry'])
      .describe("What `moisturePpm` is a share of: the wet mass, or the dry (a textile's regain)"),
    moisturePpm: z
      .strictObject({
        before: ppm.nullable(),
        after: ppm,
        uncertaintyPpm: ppm
          .optional()
          .describe('Standard, of `after`; no grade rests on a moisture without it'),
      })
      .optional()
      .describe("Moisture that was measured, before and after; the lot's own now is `after`"),
    certificate: code.optional(),
  }),
  examples: [
    {
      lotId: 'north.lot-20261124-401',
      changeMg: -38_500_000,
      uncertaintyMg: 2_200_000,
      method: 'oven',
      basis: 'dry',
      moisturePpm: { before: 112_000, after: 85_000, uncertaintyPpm: 3_000 },
    },
  ],
});
