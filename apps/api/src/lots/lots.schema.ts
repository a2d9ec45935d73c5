import { LOT_ORIGINS, LOT_STATES, MATERIAL_STREAMS } from '#contracts';
import { z } from 'zod';
import { pageQuery } from '../answers/cursor.js';
import { decimalCount, decimalMg, logIndex, time, turnover } from '../answers/fields.js';
import { exceptionAnswer } from '../exceptions/exceptions.schema.js';
import { factAnswer } from '../runs/runs.schema.js';

const lotStatus = z.enum(LOT_STATES);
const stream = z.enum([...MATERIAL_STREAMS, 'unknown']);

export const lotsQuery = z.strictObject({
  stream: stream.optional(),
  state: lotStatus.optional(),
  grade: z.string().min(1).max(64).optional().describe('declared grade or target class'),
  q: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,128}$/, 'letters, digits, dot, dash and underscore only')
    .optional()
    .describe('prefix of the lot id, with or without the site; orders by id, else newest first'),
  site: z.string().optional(),
  ...pageQuery,
});

export const lotAnswer = z.strictObject({
  siteId: z.string(),
  lotId: z.string(),
  state: lotStatus,
  stream,
  grade: z.string().describe('declared grade or target class'),
  visitId: z.string().nullable(),
  runId: z.string().nullable(),
  weighedMg: decimalMg.describe('what the book W holds of the lot'),
  pieces: decimalCount,
  openedTime: time,
  openedIndex: logIndex,
  changedIndex: logIndex,
});
export type LotAnswer = z.infer<typeof lotAnswer>;

const assayAnswer = z.strictObject({
  assayId: z.string(),
  logIndex,
  method: z.string(),
  fractions: z.array(
    z.strictObject({
      analyte: z.string(),
      ppm: z.int().describe('by mass'),
      uncertaintyPpm: z.int().describe('standard uncertainty, k = 1'),
    }),
  ),
});

export const lotDetailAnswer = lotAnswer.extend({
  origin: z.enum(LOT_ORIGINS),
  ewc: z.string().nullable(),
  originText: z.string().nullable(),
  weighed: turnover.describe('book W'),
  weighedUncertaintyMg: decimalMg.describe('standard uncertainty of what came in and went out'),
  variance: turnover.describe('mass that the bookings could not explain when they came'),
  estimated: z.array(turnover.extend({ class: z.string() })).describe('book E, by class'),
  receivedMg: decimalMg,
  dispatchedMg: decimalMg,
  assays: z.array(assayAnswer),
  parents: z.array(lotAnswer),
  children: z.array(lotAnswer).describe('at most 200, by id'),
  facts: z.array(factAnswer).describe('what the ledger said of the lot, oldest first'),
  exceptions: z.array(exceptionAnswer),
});
export type LotDetailAnswer = z.infer<typeof lotDetailAnswer>;
