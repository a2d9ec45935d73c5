import { z } from 'zod';
import { code, decimalMg, ppm, sha256Hex, shortText, siteScopedId } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

/** May be beyond 0 and 1,000,000: the end of an interval, not a share. */
const boundPpm = z.int().min(-10_000_000).max(10_000_000);

const limit = z.strictObject({
  analytes: z
    .array(code)
    .min(1)
    .max(16)
    .describe('One analyte, or several whose sum the limit holds'),
  basis: z
    .enum(['classes'])
    .optional()
    .describe(
      'What the mean rests on where nobody read or assayed an analyte of it: `classes`, the masses ' +
        'by class and the mean composition that a book gives each',
    ),
  bound: z.enum(['max', 'min']),
  limitPpm: ppm,
  meanPpm: boundPpm.describe('Mass-weighted mean of the lot'),
  samplingPpm: ppm.describe('Few, skewed pieces'),
  noisePpm: ppm.describe('Noise of the readings; averages out'),
  placementPpm: ppm
    .optional()
    .describe('Some pieces that were read went elsewhere, and others came; absent = 0'),
  biasPpm: ppm.describe('Bias of the calibration; only an assay makes it smaller'),
  assayPpm: ppm.optional().describe('Uncertainty of the assays themselves'),
  confidenceLimitPpm: boundPpm.describe(
    'One-sided 95 % limit of the mean: upper for `max`, lower for `min`',
  ),
  offSpecPpm: ppm.describe('Probability that the lot breaks this limit'),
});

const property = z.strictObject({
  property: z.enum(['bulk-density', 'thickness', 'largest-piece']),
  unit: z.enum(['kg-per-m3', 'micrometres']).describe('Of all figures here'),
  bound: z.enum(['max', 'min']),
  limit: z.int().min(0),
  value: z.int().min(0).describe('As measured; of several the mean by their uncertainty'),
  uncertainty: z.int().min(0).describe('Standard, k = 1'),
  confidenceLimit: z.int().min(0).describe('One-sided 95 % limit, towards the bound'),
  offSpecPpm: ppm.describe('Probability that the lot breaks this limit'),
});

export const lotGraded = defineFact({
  name: 'lot.graded',
  summary: 'A lot held against a grade: probability of being off-spec by limit and in all.',
  docs:
    '`accepted` when every one-sided 95 % limit keeps its bound, `rejected` when some mean breaks ' +
    'it, else `undecided`; of what was assessed, `notAssessed` lists the rest. A later fact of the same lot replaces it, whatever grade it is held against. It is a decision at a ' +
    'moment by a dated book, never a property of the material.',
  subject: 'lot',
  epcis: { event: 'ObjectEvent', action: 'OBSERVE', bizStep: 'grading', readPoint: 'source' },
  schema: z.strictObject({
    lotId: siteScopedId,
    grade: code,
    verdict: z.enum(['accepted', 'rejected', 'undecided']),
    book: z
      .strictObject({ name: code, version: z.int().min(1), digest: sha256Hex })
      .describe('The book of grades, in the version that was in force'),
    limits: z.array(limit).max(32),
    properties: z
      .array(property)
      .max(8)
      .optional()
      .describe('Limits on what is no share of the mass, where somebody measured it'),
    offSpecPpm: ppm.describe('Probability that it breaks any limit'),
    nextBestGrade: code
      .optional()
      .describe('Best other grade of the same book and form that it would be accepted as'),
    notAssessed: z
      .array(shortText)
      .max(32)
      .optional()
      .describe('What the book asks for and nobody measured, in words'),
    evidence: z.strictObject({
      pieces: z.int().min(0),
      readMg: decimalMg.describe('Mass of the pieces that were read'),
      lotMg: decimalMg.describe('Mass of the lot'),
      assays: z.array(code).max(64),
      calibrations: z.array(code).max(64),
      measurements: z
        .array(z.int().min(0))
        .max(4)
        .optional()
        .describe('Log indices of the inspection and the conditioning that it rests on'),
    }),
    supersedes: z
      .int()
      .min(1)
      .optional()
      .describe('Fact seq of the grading that this one replaces'),
    restsOn,
  }),
  examples: [
    {
      lotId: 'north.lot-20261124-101',
      grade: 'E40',
      verdict: 'accepted',
      book: { name: 'eu-27', version: 1, digest: '4d'.repeat(32) },
      limits: [
        {
          analytes: ['Cu'],
          bound: 'max',
          limitPpm: 2_500,
          meanPpm: 1_850,
          samplingPpm: 140,
          noisePpm: 20,
          placementPpm: 60,
          biasPpm: 90,
          assayPpm: 38,
          confidenceLimitPpm: 2_126,
          offSpecPpm: 60,
        },
      ],
      offSpecPpm: 60,
      notAssessed: ['Sn at most 200 ppm'],
      evidence: {
        pieces: 18_204,
        readMg: '7480000000',
        lotMg: '22480000000',
        assays: ['assay-551'],
        calibrations: ['cal-2026-11-20'],
      },
      restsOn: 912,
    },
  ],
});
