import { z } from 'zod';
import { defineEvent } from '../define-event.js';

export const stationKeychanged = defineEvent({
  name: 'station.keychanged',
  summary: "A station's new Ed25519 key, stated under the old one.",
  docs:
    'Seals after it are checked with the new key. A station that lost its old key must be ' +
    'enrolled anew.',
  by: ['every'],
  subject: 'station',
  schema: z.strictObject({
    newPublicKey: z.base64(),
    signature: z
      .base64()
      .describe(
        'Ed25519 by the old key over `urbanmine/key/v1\n<source>\n<newPublicKey>\n`, base64',
      ),
  }),
  examples: [
    {
      newPublicKey: Buffer.alloc(32, 1).toString('base64'),
      signature: Buffer.alloc(64, 2).toString('base64'),
    },
  ],
});
