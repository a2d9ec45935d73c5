import { z } from 'zod';
import { code, massMg, shortText, time, uncertaintyMg } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const scaleVerified = defineEvent({
  name: 'scale.verified',
  summary: 'A scale was held against test weights: class, interval, errors found, certificate.',
  docs:
    'Between two verifications a scale is taken for as good as the last one found it. One event a ' +
    'verification, also when the scale failed; weighings stay booked, their uncertainty is judged anew.',
  by: ['verifier', 'lab', 'office'],
  subject: 'station',
  epcis: { event: 'ObjectEvent', action: 'OBSERVE', bizStep: 'inspecting', readPoint: 'body' },
  schema: z.strictObject({
    scaleId: code,
    accuracyClass: z
      .string()
      .min(1)
      .max(8)
      .describe('Accuracy class by OIML R 76 (I, II, III, IIII) or R 50 for belt scales'),
    intervalMg: z.int().min(1).describe('Verification interval e'),
    maxMg: z.int().min(1),
    errors: z
      .array(
        z.strictObject({
          loadMg: massMg,
          errorMg: z.int().describe('Indication minus load, signed'),
          uncertaintyMg: uncertaintyMg.describe('Of the test load'),
        }),
      )
      .min(1)
      .max(64),
    verdict: z.enum(['passed', 'failed']),
    certificate: shortText,
    validUntil: time,
  }),
  examples: [
    {
      scaleId: 'bridge-1',
      accuracyClass: 'III',
      intervalMg: 20_000_000,
      maxMg: 50_000_000_000,
      errors: [
        { loadMg: 10_000_000_000, errorMg: 5_000_000, uncertaintyMg: 1_000_000 },
        { loadMg: 30_000_000_000, errorMg: -10_000_000, uncertaintyMg: 3_000_000 },
      ],
      verdict: 'passed',
      certificate: 'VER-2026-0417',
      validUntil: '2029-12-31T23:59:59.000Z',
    },
  ],
});
