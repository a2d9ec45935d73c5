import { z } from 'zod';
import { custodyModel, decimalMg, lotStatus, materialStream, siteScopedId } from './fields.js';

/**
 * Values of the compacted topics. They are states, not facts: each names the log index it rests
 * on, and a consumer keeps the one with the highest.
 */
const streamOrUnknown = z.union([materialStream, z.literal('unknown')]);

export const lotState = z.strictObject({
  siteId: z.string(),
  lotId: siteScopedId,
  stream: streamOrUnknown,
  materialClass: z.string(),
  status: lotStatus,
  model: custodyModel
    .nullable()
    .describe('Chain-of-custody model of ISO 22095; null while it is not known what it is made of'),
  weighedMg: decimalMg.describe('Weighed mass that the books hold of the lot now'),
  receivedMg: decimalMg,
  dispatchedMg: decimalMg,
  estimatedMg: z.record(z.string(), decimalMg).describe('Mass estimated from pieces, by class'),
  logIndex: z.int().min(0),
});
export type LotStateValue = z.infer<typeof lotState>;

const bookTotals = z.strictObject({ debitsMg: decimalMg, creditsMg: decimalMg });

/** Cumulative totals of a site, stream and class. Both sides only grow; net is the difference. */
export const totalState = z.strictObject({
  siteId: z.string(),
  stream: streamOrUnknown,
  class: z.string(),
  weighed: bookTotals,
  estimated: bookTotals,
  pieces: decimalMg.describe('Pieces booked in E'),
  logIndex: z.int().min(0),
});
export type TotalStateValue = z.infer<typeof totalState>;
