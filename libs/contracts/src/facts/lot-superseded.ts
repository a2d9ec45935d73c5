import { z } from 'zod';
import { defineFact, restsOn } from '../define-fact.js';
import { decimalMg, siteScopedId } from '../fields.js';

export const lotSuperseded = defineFact({
  name: 'lot.superseded',
  summary:
    'What was said of a lot before rests on an event that was corrected; so do its passports.',
  subject: 'lot',
  schema: z.strictObject({
    lotId: siteScopedId,
    cause: z
      .enum(['corrected', 'upstream'])
      .describe(
        '`corrected`: its own figures changed; `upstream`: those of a lot that went into it',
      ),
    errs: z.int().min(0).describe('log index of the event that was declared erroneous'),
    weighedMg: decimalMg.describe('what the book W holds of it now'),
    receivedMg: decimalMg,
    correctionMg: decimalMg.describe(
      'what corrections took from mass that was no longer in the lot; signed',
    ),
    restsOn,
  }),
  examples: [
    {
      lotId: 'north.lot-20261124-101',
      cause: 'corrected',
      errs: 871,
      weighedMg: '0',
      receivedMg: '1090000000',
      correctionMg: '-100000000',
      restsOn: 1_411,
    },
  ],
});
