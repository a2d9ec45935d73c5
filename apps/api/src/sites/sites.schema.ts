import { z } from 'zod';
import { decimalCount, decimalMg, time, treeSize, turnover } from '../answers/fields.js';
import { asOfQuery } from '../answers/as-of.js';
import { pageQuery } from '../answers/cursor.js';

export const sitesQuery = z.strictObject({ ...asOfQuery, ...pageQuery });

export const siteAnswer = z.strictObject({
  siteId: z.string(),
  name: z.string(),
  /** Entries in the log, signed or not yet. */
  treeSize,
  checkpoint: z
    .strictObject({ size: treeSize, signedAt: time })
    .nullable()
    .describe('newest signed checkpoint; null before the first'),
  streamTime: time.describe('largest ingest time seen'),
  lotsOpen: z.int().min(0).describe('lots that have not left the site'),
  runsOpen: z.int().min(0).describe('runs without a balance'),
});
export type SiteAnswer = z.infer<typeof siteAnswer>;

const flowItem = z.strictObject({
  stream: z.string(),
  class: z.string(),
  weighed: turnover.describe('book W'),
  estimated: turnover.describe('book E: from pieces'),
  pieces: decimalCount,
  recentEstimatedMg: decimalMg.describe('booked from pieces within the window'),
});

export const flowAnswer = z.strictObject({
  siteId: z.string(),
  windowSeconds: z.int().describe('length of the window that ends at streamTime'),
  streamTime: time,
  items: z.array(flowItem),
});
export type FlowAnswer = z.infer<typeof flowAnswer>;

export const balanceQuery = z.strictObject({
  from: z.iso.datetime({ offset: true }).optional().describe('inclusive; default: the beginning'),
  to: z.iso.datetime({ offset: true }).optional().describe('exclusive; default: now'),
  ...asOfQuery,
});

const accountKind = z.strictObject({
  book: z.enum(['W', 'E', 'C']),
  kind: z.string().describe('lot, variance, run, outlet, loss-dust, world-in …'),
  openingMg: decimalMg,
  debitsMg: decimalMg,
  creditsMg: decimalMg,
  closingMg: decimalMg,
});

const bookAnswer = z.strictObject({
  book: z.enum(['W', 'E', 'C']),
  debitsMg: decimalMg,
  creditsMg: decimalMg,
  closes: z.boolean(),
});

export const balanceAnswer = z.strictObject({
  siteId: z.string(),
  from: time.nullable(),
  to: time.nullable(),
  accounts: z.array(accountKind),
  books: z.array(bookAnswer),
  closes: z.boolean().describe('debits = credits in every book, and every book sums to zero'),
  unaccounted: z
    .strictObject({
      massMg: decimalMg.describe('signed; positive when mass is missing'),
      uncertaintyMg: decimalMg.describe('standard uncertainty, k = 1'),
      runs: z.int().min(0),
    })
    .describe('sum over the newest balances of the runs that closed in the period'),
});
export type BalanceAnswer = z.infer<typeof balanceAnswer>;
