import { MATERIAL_STREAMS } from '#contracts';
import { z } from 'zod';
import { decimalMg } from '../answers/fields.js';
import { processAnswer } from '../runs/process.schema.js';
import { reportHead, siteReportQuery } from './report.schema.js';

export const reprocessingQuery = siteReportQuery.extend({
  stream: z.enum(MATERIAL_STREAMS).default('textiles'),
});

export const reprocessingAnswer = z.strictObject({
  ...reportHead,
  processes: z
    .array(processAnswer)
    .describe('balanced runs by what they do; those of two processes are never one figure'),
  outputs: z
    .array(
      z.strictObject({
        targetClass: z.string(),
        grade: z.string().nullable().describe('the best that it was found to keep; null: none yet'),
        lots: z.int().min(1),
        receivedMg: decimalMg.describe('what the runs put into them, by the scales'),
      }),
    )
    .describe('lots that balanced runs made, by target class and by the grade that they keep'),
});
export type ReprocessingAnswer = z.infer<typeof reprocessingAnswer>;
