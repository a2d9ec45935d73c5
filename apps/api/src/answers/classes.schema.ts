import { z } from 'zod';
import { decimalMg } from './fields.js';

/** A figure with its standard uncertainty, k = 1. */
export const estimate = z.strictObject({ value: z.number(), uncertainty: z.number() });
export type EstimateAnswer = z.infer<typeof estimate>;

export const classesAnswer = z.strictObject({
  massMg: decimalMg.describe('by pieces and windows, as they were booked by class'),
  notCorrected: z
    .enum(['not-read', 'several-models', 'no-confusion', 'no-class'])
    .nullable()
    .describe(
      '`not-read`: no readings say which model classified them; `several-models`: several did; ' +
        '`no-confusion`: no book says how the model confuses classes under the recipe; ' +
        '`no-class`: none of them is a class of the model; null: corrected',
    ),
  shares: z.array(
    z.strictObject({
      class: z.string(),
      observed: z.number().describe('share of the mass, as the classifier said'),
      corrected: estimate
        .nullable()
        .describe('as it most probably is, less what the model confuses; null: not corrected'),
    }),
  ),
});
export type ClassesAnswer = z.infer<typeof classesAnswer>;
