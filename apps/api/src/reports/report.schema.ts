import { z } from 'zod';
import { asOfQuery } from '../answers/as-of.js';
import { time } from '../answers/fields.js';

/** Query of reports over the lots of a site. */
export const siteReportQuery = z.strictObject({
  site: z.string().describe('the site; a report is of one log'),
  from: z.iso
    .datetime({ offset: true })
    .optional()
    .describe(
      'only lots opened from then on; what came to them from older ones is not known to it',
    ),
  ...asOfQuery,
});

const bookAnswer = z.strictObject({
  book: z.string(),
  version: z.int(),
  digest: z.string(),
});

/** What every report says of itself. */
export const reportHead = {
  siteId: z.string(),
  stream: z.string(),
  from: time.nullable(),
  lots: z.int().min(0),
  runs: z.int().min(0),
  shipments: z.int().min(0),
  books: z.array(bookAnswer).describe('reference books that its figures rest on'),
};
export type ReportHead = z.infer<z.ZodObject<typeof reportHead>>;
