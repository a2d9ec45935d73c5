import { z } from 'zod';
import { asOfQuery } from '../answers/as-of.js';
import { pageQuery } from '../answers/cursor.js';
import { logIndex, time } from '../answers/fields.js';

export const exceptionsQuery = z.strictObject({
  site: z.string().optional(),
  open: z.enum(['true', 'false']).optional().describe('true: not closed; false: closed'),
  ...asOfQuery,
  ...pageQuery,
});

export const exceptionAnswer = z.strictObject({
  siteId: z.string(),
  exceptionId: z.string(),
  code: z.string(),
  severity: z.enum(['notice', 'warning', 'critical']),
  about: z.string().describe('id of the lot, run, visit or source'),
  figures: z.record(z.string(), z.string()),
  time,
  raisedIndex: logIndex,
  closedIndex: logIndex.nullable(),
  closedReason: z.string().nullable(),
});
export type ExceptionAnswer = z.infer<typeof exceptionAnswer>;
