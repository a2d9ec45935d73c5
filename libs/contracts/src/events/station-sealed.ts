import { z } from 'zod';
import { sha256Hex } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const stationSealed = defineEvent({
  name: 'station.sealed',
  summary:
    'Seals the events first..last of this boot: what it covers nobody can alter or drop unseen.',
  docs: 'What a seal covers nobody can alter or drop unseen, the operator included.',
  by: ['every'],
  subject: 'station',
  schema: z.strictObject({
    firstSeq: z.int().min(1),
    lastSeq: z.int().min(1),
    before: sha256Hex.describe('D(first-1), hex'),
    after: sha256Hex.describe('D(last), hex'),
    signature: z.base64().describe('Ed25519 over `sealText`, base64'),
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
