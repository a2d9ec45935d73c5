import { z } from 'zod';
import { pageOf } from '../answers/cursor.js';

/** What became of an entry. */
export const officeAnswer = z.strictObject({
  source: z.string(),
  boot: z.int(),
  seq: z.int(),
  repeated: z.boolean().describe('the key was known: this is the entry that it made then'),
  logged: z.boolean().describe('it is in the log; false: on disk here, and on its way'),
});
export type OfficeAnswer = z.infer<typeof officeAnswer>;

export const officeEvents = pageOf(
  z.strictObject({ name: z.string(), summary: z.string(), schema: z.string() }),
);
export type OfficeEvents = z.infer<typeof officeEvents>;
