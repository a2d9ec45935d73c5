import { z } from 'zod';
import { conversionFactors } from '../conversion-factors.js';
import { code, sha256Hex } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const referenceAdopted = defineEvent({
  name: 'reference.adopted',
  summary: 'A version of a registry, book, recipe, price list or log key is in force from here on.',
  docs: 'In force from this record of the stream on, for a replay too.',
  by: ['registrar', 'office'],
  subject: 'site',
  schema: z
    .strictObject({
      reference: z.enum(['sites', 'book', 'recipe', 'prices', 'conversion', 'log-key']),
      name: code,
      version: z.int().min(1),
      digest: sha256Hex.describe(
        "sHA-256 of the version's stored bytes; of factors, `conversionDigest`; of a log key, of its vkey",
      ),
      factors: conversionFactors
        .optional()
        .describe('the factors themselves, so that the log alone tells what gave which credits'),
    })
    .refine(({ reference, factors }) => (reference === 'conversion') === (factors !== undefined), {
      path: ['factors'],
      message: 'come with a "conversion", and with nothing else',
    }),
  examples: [{ reference: 'sites', name: 'north', version: 1, digest: '5c'.repeat(32) }],
});
