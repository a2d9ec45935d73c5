import { z } from 'zod';
import { custodyModel, decimalMg, siteScopedId } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const lotWasSplit = defineFact({
  name: 'lot.split',
  summary: 'Parts of a lot are lots of their own.',
  subject: 'lot',
  epcis: { event: 'TransformationEvent', bizStep: 'splitting', readPoint: 'source' },
  schema: z.strictObject({
    lotId: siteScopedId,
    parts: z.array(
      z.strictObject({
        lotId: siteScopedId,
        massMg: decimalMg,
        uncertaintyMg: decimalMg,
        model: custodyModel,
      }),
    ),
    remainingMg: decimalMg.describe('What the books still hold of the lot; 0 once it is closed'),
    closed: z.boolean(),
    restsOn,
  }),
  examples: [
    {
      lotId: 'north.lot-20261124-101',
      parts: [
        {
          lotId: 'north.lot-20261124-101-a',
          massMg: '6000000000',
          uncertaintyMg: '11547005',
          model: 'identity-preserved',
        },
      ],
      remainingMg: '3480000000',
      closed: false,
      restsOn: 880,
    },
  ],
});
