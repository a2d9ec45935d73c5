import { z } from 'zod';
import { code, siteScopedId } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const lotWasQuarantined = defineFact({
  name: 'lot.quarantined',
  summary:
    'A lot is set apart: by a person, an alarm at the gate, a hazard in it, or what it was made of.',
  subject: 'lot',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'holding',
    disposition: 'unavailable',
    readPoint: 'source',
  },
  schema: z.strictObject({
    lotId: siteScopedId,
    reason: code,
    mandatory: z.boolean().describe('Only a release with evidence ends it'),
    from: siteScopedId
      .optional()
      .describe('The visit, run or lot that it comes from, unless someone set this very lot apart'),
    restsOn,
  }),
  examples: [
    {
      lotId: 'north.lot-20261124-001',
      reason: 'radiation-alarm',
      mandatory: true,
      from: 'north.visit-20261124-001',
      restsOn: 44,
    },
  ],
});
