import { z } from 'zod';
import { code, massMg, siteScopedId, uncertaintyMg } from '../fields.js';
import { defineEvent } from '../define-event.js';
import { madeLot } from './made-lot.js';

export const stockCounted = defineEvent({
  name: 'stock.counted',
  summary:
    'A pile was counted: it is closed, the counted mass goes on as a new lot, the rest is its variance.',
  by: ['yard', 'office'],
  subject: 'lot',
  epcis: { event: 'ObjectEvent', action: 'OBSERVE', bizStep: 'stock_taking', readPoint: 'source' },
  schema: z
    .strictObject({
      lotId: siteScopedId,
      massMg,
      uncertaintyMg,
      method: code,
      into: z
        .strictObject(madeLot)
        .optional()
        .describe(
          'The lot that what was counted goes on as; MUST be there unless nothing was counted',
        ),
    })
    .refine(({ massMg: counted, into }) => counted === 0 || into !== undefined, {
      path: ['into'],
      message: 'missing: say which lot the counted mass goes on as',
    }),
  examples: [
    {
      lotId: 'north.pile-7-20261101',
      massMg: 41_200_000_000,
      uncertaintyMg: 800_000_000,
      method: 'drone-survey',
      into: { lotId: 'north.pile-7-20261201', stream: 'steel', materialClass: 'carbon-steel' },
    },
    { lotId: 'north.pile-3-20261101', massMg: 0, uncertaintyMg: 0, method: 'swept-empty' },
  ],
});
