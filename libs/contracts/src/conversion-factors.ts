import { z } from 'zod';
import { digestOf } from '#materials';
import { code, materialStream, shortText } from './fields.js';

const share = z.int().min(1).max(1_000_000_000);

/**
 * Conversion factors of a mass balance (ISO 22095): what eligible input gives in credits, as an
 * exact fraction. They come with the certificate, never from code.
 */
export const conversionFactors = z
  .array(
    z
      .strictObject({
        characteristic: code.describe('what is claimed: `recycled-steel`'),
        stream: materialStream,
        grades: z
          .array(code)
          .min(1)
          .max(64)
          .describe('declared grades of deliveries that are eligible'),
        numerator: share,
        denominator: share,
        certificate: shortText,
      })
      .refine(({ numerator, denominator }) => numerator <= denominator, {
        path: ['numerator'],
        message: 'above the denominator: no process gives more than it takes',
      }),
  )
  .min(1)
  .max(64)
  .refine(
    (factors) =>
      new Set(factors.map(({ characteristic }) => characteristic)).size === factors.length,
    { message: 'a characteristic stands twice' },
  );
export type ConversionFactor = z.infer<typeof conversionFactors>[number];

/** SHA-256 of the canonical JSON of the factors, hex: the digest that adopts them. */
export const conversionDigest = (factors: readonly ConversionFactor[]): string => digestOf(factors);
