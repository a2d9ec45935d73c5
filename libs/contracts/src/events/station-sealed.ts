import { z } from 'zod';
import { sha256Hex } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const stationSealed = defineEvent({
  name: 'station.sealed',
  summary:
    'Seals the events first..last of this boot: what it covers nobody can alter or drop unseen.',
  by: ['every'],
  subject: 'station',
  schema: z.strictObject({
    firstSeq: z.int().min(1),
    lastSeq: z.int().min(1),
    /** D(first-1), hex. */
    before: sha256Hex,
    /** D(last), hex. */
    after: sha256Hex,
    /** Ed25519 over `sealText`, base64. */
    signature: z.base64(),
  }),
  examples: [
    {
      firstSeq: 1,
      lastSeq: 12,
      before: '0'.repeat(64),
      after: 'a3'.repeat(32),
      signature: Buffer.alloc(64, 7).toString('base64'),
    },
  ],
});
