import { z } from 'zod';
import { sha256Hex, shortText, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const attachmentRecorded = defineEvent({
  name: 'attachment.recorded',
  summary: 'Digest and media type of a photo, certificate or signature; the file stays outside.',
  docs:
    'The log keeps the digest, so a file shown later is the one that was recorded or is not. Files ' +
    'with personal data can be erased without touching the log.',
  by: ['every'],
  subject: 'about',
  schema: z.strictObject({
    about: siteScopedId.describe(
      'The lot, run, visit, shipment or station that it belongs to; also the subject',
    ),
    kind: z.enum(['photo', 'certificate', 'signature', 'document']),
    sha256: sha256Hex,
    mediaType: z
      .string()
      .regex(/^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/)
      .describe('As RFC 6838 writes it, without parameters'),
    bytes: z.int().min(1),
    title: shortText.optional(),
  }),
  examples: [
    {
      about: 'north.visit-20261124-001',
      kind: 'photo',
      sha256: '7e'.repeat(32),
      mediaType: 'image/jpeg',
      bytes: 412_004,
      title: 'load, seen from above',
    },
  ],
});
