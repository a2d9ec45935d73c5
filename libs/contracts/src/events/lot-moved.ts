import { z } from 'zod';
import { code, massMg, siteScopedId, uncertaintyMg } from '../fields.js';
import { defineEvent } from '../define-event.js';
import { madeLot } from './made-lot.js';

export const lotMoved = defineEvent({
  name: 'lot.moved',
  summary: 'A lot lies at another place; or mass of it was put onto a pile, which is a lot.',
  by: ['yard', 'office'],
  subject: 'lot',
  epcis: { event: 'ObjectEvent', action: 'OBSERVE', bizStep: 'storing', readPoint: 'body' },
  schema: z.strictObject({
    lotId: siteScopedId,
    place: code.describe('Bay, bunker or pile that it was brought to'),
    onto: z
      .strictObject({
        ...madeLot,
        massMg,
        uncertaintyMg,
        all: z
          .boolean()
          .describe(
            'Nothing is left of the lot: closes it, and what arrives in it later goes to the pile',
          ),
      })
      .optional()
      .describe('What was put onto a pile; absent: the whole lot moved and stays what it is'),
  }),
  examples: [
    { lotId: 'north.lot-20261124-101', place: 'bay-4' },
    {
      lotId: 'north.lot-20261124-102',
      place: 'pile-7',
      onto: {
        lotId: 'north.pile-7-20261101',
        stream: 'steel',
        materialClass: 'carbon-steel',
        massMg: 3_120_000_000,
        uncertaintyMg: 11_547_005,
        all: true,
      },
    },
  ],
});
