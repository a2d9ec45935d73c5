import { z } from 'zod';
import { code, lotOrigin, materialStream, shortText, siteScopedId } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const lotOpened = defineFact({
  name: 'lot.opened',
  summary:
    'A lot exists: delivered, received, come back, made by a run or in the yard, or provisional ' +
    'until it is opened.',
  docs: 'A provisional lot exists because an observation named it before its opening event came.',
  subject: 'lot',
  epcis: {
    event: 'ObjectEvent',
    action: 'ADD',
    bizStep: 'creating_class_instance',
    disposition: 'available',
    readPoint: 'source',
  },
  schema: z.strictObject({
    lotId: siteScopedId,
    origin: lotOrigin,
    stream: z.union([materialStream, z.literal('unknown')]),
    materialClass: code.describe(
      'Declared grade of a delivery, target class of an outlet, else `unknown`',
    ),
    ewc: z.string().optional(),
    originText: shortText.optional(),
    visitId: siteScopedId.optional(),
    runId: siteScopedId.optional(),
    restsOn,
  }),
  examples: [
    {
      lotId: 'north.lot-20261124-001',
      origin: 'delivery',
      stream: 'steel',
      materialClass: 'E40',
      ewc: '191001',
      visitId: 'north.visit-20261124-001',
      restsOn: 17,
    },
  ],
});
