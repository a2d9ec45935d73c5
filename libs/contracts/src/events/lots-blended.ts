import { z } from 'zod';
import { massMg, siteScopedId, uncertaintyMg } from '../fields.js';
import { defineEvent } from '../define-event.js';
import { madeLot } from './made-lot.js';

export const lotsBlended = defineEvent({
  name: 'lots.blended',
  summary: 'Lots, or parts of them, became one lot: its mass is the sum of what went in.',
  by: ['yard', 'office'],
  subject: 'lot',
  subjectAt: 'output.lotId',
  epcis: { event: 'TransformationEvent', bizStep: 'blending', readPoint: 'source' },
  schema: z.strictObject({
    output: z.strictObject(madeLot),
    inputs: z
      .array(
        z.strictObject({
          lotId: siteScopedId,
          massMg,
          uncertaintyMg,
          all: z
            .boolean()
            .describe(
              'The rest of the lot: closes it, and what arrives in it later goes on to the output',
            ),
        }),
      )
      .min(1)
      .max(64),
  }),
  examples: [
    {
      output: {
        lotId: 'north.lot-20261124-301',
        stream: 'steel',
        materialClass: 'carbon-steel',
        model: 'segregated',
        place: 'bay-4',
      },
      inputs: [
        {
          lotId: 'north.lot-20261124-101',
          massMg: 9_480_000_000,
          uncertaintyMg: 11_547_005,
          all: true,
        },
        {
          lotId: 'north.lot-20261124-102',
          massMg: 2_000_000_000,
          uncertaintyMg: 11_547_005,
          all: false,
        },
      ],
    },
  ],
});
