import { FACTS, OUTLET_ROLES } from '#contracts';
import { z } from 'zod';
import { asOfQuery } from '../answers/as-of.js';
import { pageQuery } from '../answers/cursor.js';
import { decimalCount, decimalMg, logIndex, time } from '../answers/fields.js';
import { exceptionAnswer } from '../exceptions/exceptions.schema.js';
import { figuresAnswer } from './figures.schema.js';
import { processAnswer } from './process.schema.js';

const runStatus = z.enum(['provisional', 'open', 'closing', 'balanced']);

export const runsQuery = z.strictObject({
  site: z.string().optional(),
  state: runStatus.optional(),
  ...asOfQuery,
  ...pageQuery,
});

export const runAnswer = z.strictObject({
  siteId: z.string(),
  runId: z.string(),
  state: runStatus,
  lineId: z.string().nullable(),
  stream: z.string(),
  recipe: z.string().nullable(),
  unaccountedMg: decimalMg.describe('signed; positive when mass is missing'),
  pieces: decimalCount,
  openedTime: time,
  closedTime: time.nullable(),
  openedIndex: logIndex,
  changedIndex: logIndex,
});
export type RunAnswer = z.infer<typeof runAnswer>;

/** A fact of the ledger with its place in the log. */
export const factAnswer = z.strictObject({
  seq: z.int().min(1),
  logIndex,
  type: z.string(),
  time,
  data: z.record(z.string(), z.unknown()),
});
export type FactAnswer = z.infer<typeof factAnswer>;

const outletAnswer = z.strictObject({
  outlet: z.int().min(0),
  lotId: z.string().nullable(),
  targetClass: z.string().nullable(),
  role: z.enum(OUTLET_ROLES).nullable().describe('null: the plan does not name the outlet'),
  keepsGrade: z
    .string()
    .nullable()
    .describe('the best grade that its lot was found to keep; null: none, or it was not graded'),
  weighedMg: decimalMg,
  weighedUncertaintyMg: decimalMg,
  containers: z.int().min(0),
  estimated: z.array(
    z.strictObject({ class: z.string(), massMg: decimalMg, pieces: decimalCount }),
  ),
});

export const runDetailAnswer = runAnswer.extend({
  inputs: z.array(z.string()),
  feeds: z.array(
    z.strictObject({
      source: z.string(),
      lotId: z.string(),
      cumulativeMg: decimalMg,
      uncertaintyMg: decimalMg,
    }),
  ),
  outlets: z.array(outletAnswer),
  process: processAnswer.describe('yield, energy, water, reagents, each with what is below it'),
  figures: figuresAnswer.describe('classes, yield, purity, recovery, enrichment, by outlet'),
  losses: z.array(
    z.strictObject({ account: z.string(), massMg: decimalMg, uncertaintyMg: decimalMg }),
  ),
  balance: z
    .strictObject({ seq: z.int().min(1), logIndex, time, data: FACTS.runBalanced.schema })
    .nullable()
    .describe('newest run.balanced; null before the first'),
  facts: z.array(factAnswer).describe('what the ledger said of the run, oldest first'),
  exceptions: z.array(exceptionAnswer),
});
export type RunDetailAnswer = z.infer<typeof runDetailAnswer>;
