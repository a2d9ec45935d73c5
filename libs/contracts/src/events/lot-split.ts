import { z } from 'zod';
import { massMg, siteScopedId, uncertaintyMg } from '../fields.js';
import { defineEvent } from '../define-event.js';
import { madeLot } from './made-lot.js';

export const lotSplit = defineEvent({
  name: 'lot.split',
  summary: 'Parts of a lot became lots of their own.',
  by: ['yard', 'office'],
  subject: 'lot',
  epcis: { event: 'TransformationEvent', bizStep: 'splitting', readPoint: 'source' },
  schema: z.strictObject({
    lotId: siteScopedId,
    parts: z
      .array(z.strictObject({ ...madeLot, massMg, uncertaintyMg }))
      .min(1)
      .max(64),
    all: z
      .boolean()
      .describe('Nothing is left of the lot: closes it; what no mass names is of the first part'),
  }),
  examples: [
    {
      lotId: 'north.lot-20261124-101',
      parts: [
        {
          lotId: 'north.lot-20261124-101-a',
          stream: 'steel',
          materialClass: 'carbon-steel',
          massMg: 6_000_000_000,
          uncertaintyMg: 11_547_005,
        },
      ],
      all: false,
    },
  ],
});
