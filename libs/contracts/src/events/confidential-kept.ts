import { z } from 'zod';
import { sha256Hex } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const confidentialKept = defineEvent({
  name: 'confidential.kept',
  summary: 'What the log keeps of a `confidential.recorded`: that it was said, and its digests.',
  docs:
    'Attributes are those of the event but for the type. The seal chain holds the digests, so a ' +
    'seal over it is checked as over any other event.',
  by: ['ledger'],
  subject: 'about',
  schema: z.strictObject({
    attributesSha256: sha256Hex.describe('Of its attribute block as the station sent it'),
    dataSha256: sha256Hex.describe('Of its data bytes'),
  }),
  examples: [{ attributesSha256: '1f'.repeat(32), dataSha256: '2e'.repeat(32) }],
});
