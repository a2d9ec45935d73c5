import { z } from 'zod';
import { sha256Hex, shortText } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const eventVoided = defineEvent({
  name: 'event.voided',
  summary:
    'Takes the seq of an event that the gateway refused, so that a refusal never blocks a station.',
  docs: 'Takes the seq of what the gateway refused, so that one bad event never blocks a station.',
  by: ['every'],
  subject: 'station',
  schema: z.strictObject({
    attributesSha256: sha256Hex.describe(
      "SHA-256 of the refused event's attribute block and data bytes: the seal chain holds them",
    ),
    dataSha256: sha256Hex,
    reason: shortText,
  }),
  examples: [
    {
      attributesSha256: '1f'.repeat(32),
      dataSha256: '2e'.repeat(32),
      reason: 'massMg.3: too small: expected number to be >=0',
    },
  ],
});
