import { z } from 'zod';
import { code, shortText, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const lotQuarantined = defineEvent({
  name: 'lot.quarantined',
  summary: 'A lot was set apart: nothing of it may be used or leave until it is released.',
  by: ['yard', 'gate', 'lab', 'office'],
  subject: 'lot',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'holding',
    disposition: 'unavailable',
    readPoint: 'source',
  },
  schema: z.strictObject({ lotId: siteScopedId, reason: code, note: shortText.optional() }),
  examples: [{ lotId: 'north.lot-20261124-001', reason: 'oil-found' }],
});
