import { z } from 'zod';
import { code, sha256Hex } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const referenceAdopted = defineEvent({
  name: 'reference.adopted',
  summary: 'A version of a registry, book, recipe or price list is in force from here on.',
  by: ['registrar', 'office'],
  subject: 'site',
  schema: z.strictObject({
    reference: z.enum(['sites', 'book', 'recipe', 'prices', 'conversion']),
    name: code,
    version: z.int().min(1),
    /** SHA-256 of the version's stored bytes. */
    digest: sha256Hex,
  }),
  examples: [{ reference: 'sites', name: 'north', version: 1, digest: '5c'.repeat(32) }],
});
