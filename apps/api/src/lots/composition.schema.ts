import { z } from 'zod';
import { decimalCount, logIndex } from '../answers/fields.js';

const ppm = z.int();

const basis = z
  .enum(['measured', 'classes'])
  .describe(
    '`measured`: readings and assays of it; `classes`: only what a book says of the classes',
  );

const parts = {
  samplingPpm: ppm.describe('pieces that nobody read differ from those that were'),
  noisePpm: ppm.describe('averages out with the number of pieces'),
  placementPpm: ppm.describe('some pieces that were read went elsewhere, and others came'),
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
  pieces: decimalCount.describe('pieces with a reading of it'),
  basis,
});
export type ShareAnswer = z.infer<typeof shareAnswer>;

const limitAnswer = z.strictObject({
  of: z.array(z.string()).describe('one analyte, or several whose sum the limit holds'),
  unit: z.enum(['ppm', 'mm', 'kg-per-m3']),
  bound: z.enum(['max', 'min']),
  limit: z.number(),
  verdict: z.enum(['accepted', 'rejected', 'undecided', 'not-assessed']),
  mean: z.number().nullable().describe('in `unit`; null: nobody measured it'),
  basis: basis.nullable().describe('of the weakest share in it; null: not assessed'),
  confidenceLimit: z
    .number()
    .nullable()
    .describe('one-sided 95 % limit, towards the bound, in `unit`'),
  offSpecPpm: ppm.nullable().describe('probability that the lot breaks it'),
});

const richPiece = z
  .strictObject({
    source: z.string().describe('station that read it'),
    boot: z.int(),
    seq: z.int().describe('of the frame'),
    index: z.int().describe('place in the frame, from 0'),
    massMg: z.int(),
    ppm: z.int().describe('as it was read'),
  })
  .describe('a piece by its name');

const remedy = z.strictObject({
  kind: z.enum(['assay', 'remove-pieces', 'sort-again']),
  of: z.string(),
  uncertaintyPpm: ppm
    .nullable()
    .describe('of `assay`: one with this standard uncertainty would decide, if the mean holds'),
  pieces: z
    .array(richPiece)
    .nullable()
    .describe('of `remove-pieces`: the fewest that have to go, richest first'),
  meanPpm: ppm.nullable().describe('of `remove-pieces`: the share without them'),
  offSpecPpm: ppm
    .nullable()
    .describe('of `remove-pieces`: probability that the lot without them breaks the limit'),
});

export const gradingAnswer = z.strictObject({
  grade: z.string().describe('declared grade or target class, which it was held against'),
  verdict: z.enum(['accepted', 'rejected', 'undecided']),
  offSpecPpm: ppm.describe('probability that it breaks any limit that was assessed'),
  book: z.strictObject({ name: z.string(), version: z.int(), digest: z.string() }),
  limits: z.array(limitAnswer),
  notAssessed: z.array(z.string()).describe('what the book asks for and nobody measured'),
  nextBestGrade: z.string().nullable().describe('the best other grade of its form that it keeps'),
  otherGrades: z
    .array(z.string())
    .describe('of the book and of the same form: none of another form was considered'),
  downgrade: z
    .strictObject({
      grade: z.string().nullable().describe('null: it keeps none, and is sold without a grade'),
      amount: z.string().describe('decimal, in the currency; what the lot is worth less'),
      currency: z.string(),
      prices: z.strictObject({
        name: z.string(),
        version: z.int(),
        date: z.string(),
        digest: z.string(),
        adopted: z
          .boolean()
          .nullable()
          .describe(
            'whether it is what the log of the site has adopted last under this name; null: none',
          ),
      }),
    })
    .nullable()
    .describe('the lot sold as that, by a dated book of prices that has both; never in a fact'),
  richest: z
    .array(z.strictObject({ analyte: z.string(), pieces: z.array(richPiece) }))
    .describe('pieces that hold most of what the grade bounds from above'),
  reach: z
    .strictObject({ grade: z.string(), remedies: z.array(remedy) })
    .nullable()
    .describe('the better grade that is nearest, and what would bring the lot to it'),
  logIndex: logIndex.describe('of the fact lot.graded'),
});
export type GradingAnswer = z.infer<typeof gradingAnswer>;
