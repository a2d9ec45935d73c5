import { z } from 'zod';
import { code, shortText, siteScopedId } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const lotWasReleased = defineFact({
  name: 'lot.released',
  summary: 'A lot left quarantine: a second person asked for it, and nothing spoke against it.',
  subject: 'lot',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'storing',
    disposition: 'available',
    readPoint: 'source',
  },
  schema: z.strictObject({
    lotId: siteScopedId,
    reason: code,
    evidence: shortText.optional(),
    restsOn,
  }),
  examples: [{ lotId: 'north.lot-20261124-001', reason: 'source-removed', restsOn: 120 }],
});
