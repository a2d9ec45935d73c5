import { z } from 'zod';
import { code, shortText, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const lotReleased = defineEvent({
  name: 'lot.released',
  summary:
    'Asks for a lot to leave quarantine. The actor MUST be another than who set it apart; the ledger may refuse.',
  by: ['yard', 'lab', 'office'],
  subject: 'lot',
  schema: z.strictObject({
    lotId: siteScopedId,
    reason: code,
    evidence: shortText
      .optional()
      .describe(
        'Certificate or measurement that clears the lot; a mandatory quarantine demands it',
      ),
  }),
  examples: [
    {
      lotId: 'north.lot-20261124-001',
      reason: 'source-removed',
      evidence: 'radiation protection report 2026-117',
    },
  ],
});
