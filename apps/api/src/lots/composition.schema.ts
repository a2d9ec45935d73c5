import { z } from 'zod';
import { logIndex } from '../answers/fields.js';

const ppm = z.int();

const parts = {
  samplingPpm: ppm.describe('pieces that nobody read differ from those that were'),
  noisePpm: ppm.describe('averages out with the number of pieces'),
  biasPpm: ppm.describe('only an assay makes it smaller'),
  assayPpm: ppm.describe('what the assays themselves leave open'),
};

export const shareAnswer = z.strictObject({
  analyte: z.string(),
  meanPpm: ppm.describe('mass-weighted mean of the lot'),
  uncertaintyPpm: ppm.describe('standard uncertainty, k = 1, of all parts together'),
  ...parts,
  lowPpm: ppm.describe('end of the 95 % interval'),
  highPpm: ppm,
});
export type ShareAnswer = z.infer<typeof shareAnswer>;

const limitAnswer = z.strictObject({
  of: z.array(z.string()).describe('one analyte, or several whose sum the limit holds'),
  unit: z.enum(['ppm', 'mm', 'kg-per-m3']),
  bound: z.enum(['max', 'min']),
  limit: z.number(),
  verdict: z.enum(['accepted', 'rejected', 'undecided', 'not-assessed']),
  meanPpm: ppm.nullable(),
  confidenceLimitPpm: ppm.nullable().describe('one-sided 95 % limit, towards the bound'),
  offSpecPpm: ppm.nullable().describe('probability that the lot breaks it'),
});

const remedy = z.strictObject({
  kind: z.enum(['assay', 'remove-pieces', 'sort-again']),
  of: z.string(),
  uncertaintyPpm: ppm
    .nullable()
    .describe('of `assay`: one with this standard uncertainty would decide, if the mean holds'),
});

export const gradingAnswer = z.strictObject({
  grade: z.string().describe('declared grade or target class, which it was held against'),
  verdict: z.enum(['accepted', 'rejected', 'undecided']),
  offSpecPpm: ppm.describe('probability that it breaks any limit that was assessed'),
  book: z.strictObject({ name: z.string(), version: z.int(), digest: z.string() }),
  limits: z.array(limitAnswer),
  notAssessed: z.array(z.string()).describe('what the book asks for and nobody measured'),
  nextBestGrade: z.string().nullable().describe('the best other grade of the book that it keeps'),
  reach: z
    .strictObject({ grade: z.string(), remedies: z.array(remedy) })
    .nullable()
    .describe('the better grade that is nearest, and what would bring the lot to it'),
  logIndex: logIndex.describe('of the fact lot.graded'),
});
export type GradingAnswer = z.infer<typeof gradingAnswer>;
