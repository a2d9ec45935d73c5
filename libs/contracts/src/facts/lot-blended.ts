import { z } from 'zod';
import { custodyModel, decimalMg, siteScopedId } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const lotWasBlended = defineFact({
  name: 'lot.blended',
  summary:
    'Lots became one: which, with how much each, and the chain-of-custody model that is left.',
  subject: 'lot',
  epcis: { event: 'TransformationEvent', bizStep: 'blending', readPoint: 'source' },
  schema: z.strictObject({
    lotId: siteScopedId,
    inputs: z.array(
      z.strictObject({
        lotId: siteScopedId,
        massMg: decimalMg,
        uncertaintyMg: decimalMg,
        closed: z.boolean(),
      }),
    ),
    massMg: decimalMg,
    model: custodyModel,
    restsOn,
  }),
  examples: [
    {
      lotId: 'north.lot-20261124-301',
      inputs: [
        {
          lotId: 'north.lot-20261124-101',
          massMg: '9480000000',
          uncertaintyMg: '11547005',
          closed: true,
        },
      ],
      massMg: '9480000000',
      model: 'segregated',
      restsOn: 870,
    },
  ],
});
