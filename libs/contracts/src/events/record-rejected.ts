import { z } from 'zod';
import { REJECT_REASONS } from '../errors.js';
import { sha256Hex } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const recordRejected = defineEvent({
  name: 'record.rejected',
  summary: 'Marks bytes that no schema accepts: they are a dead letter, and this is their trace.',
  docs:
    'Fills the slot that its headers name; the bytes themselves are on `dead-letters.v1` ' +
    'under the same SHA-256.',
  by: ['gateway', 'classifier'],
  subject: 'station',
  schema: z.strictObject({
    topic: z.string().min(1).max(249),
    partition: z.int().min(0),
    offset: z
      .string()
      .regex(/^[0-9]{1,19}$/)
      .describe('Decimal: offsets are 64 bit'),
    rawSha256: sha256Hex,
    reason: z.enum(REJECT_REASONS),
    attributesSha256: sha256Hex
      .optional()
      .describe("What the raw record's own attribute block digests to, where its headers parse"),
  }),
  examples: [
    {
      topic: 'urbanmine.station-events.v1',
      partition: 2,
      offset: '88121',
      rawSha256: 'c4'.repeat(32),
      reason: 'data-invalid',
    },
  ],
});
