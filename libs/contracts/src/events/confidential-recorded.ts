import { z } from 'zod';
import { code, commitment, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const confidentialRecorded = defineEvent({
  name: 'confidential.recorded',
  summary: 'Openings of commitments, encrypted to the site.',
  docs:
    'The log keeps the digests of this event only; its openings go into a table that can be ' +
    'erased, after which the commitments say nothing and every proof and seal is as valid.',
  by: ['gate', 'weighbridge', 'office'],
  subject: 'about',
  schema: z.strictObject({
    about: siteScopedId.describe('The visit, lot, shipment or receipt whose event commits to them'),
    openings: z
      .array(
        z.strictObject({
          field: code.describe('Name of the commitment in the event that makes it'),
          commitment,
          jwe: z
            .string()
            .max(4_096)
            .regex(/^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/)
            .describe('Compact JWE (ECDH-ES, A256GCM) of {"salt","value"}'),
        }),
      )
      .min(1)
      .max(12),
  }),
  examples: [
    {
      about: 'north.visit-20261124-001',
      openings: [
        {
          field: 'plate',
          commitment: 'ul4vCmnLrZ8F0mJYQpXkOQ2B3m1s8wT0K8yZ5qJ9x7E',
          jwe: 'eyJhbGciOiJFQ0RILUVTIn0..c2l4dGVlbiBieXRlcw.Y2lwaGVydGV4dA.dGFn',
        },
      ],
    },
  ],
});
