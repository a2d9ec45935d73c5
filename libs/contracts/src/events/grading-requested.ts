import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { code, siteScopedId } from '../fields.js';

export const gradingRequested = defineEvent({
  name: 'grading.requested',
  summary:
    'The office asks to grade a lot anew: as what it is meant for, or against another grade.',
  docs:
    'A request. The answer is lot.graded, which supersedes the grading before, or an exception ' +
    '`request-refused` where the book or the grade is not in force, or nothing was measured that ' +
    'the grade bounds. A grade or book that is named here is what the lot is held against from then on.',
  by: ['office'],
  subject: 'lot',
  schema: z.strictObject({
    lotId: siteScopedId,
    grade: code.optional().describe('Absent: what the lot is meant for or was declared as'),
    book: z
      .strictObject({ name: code, version: z.int().min(1).optional() })
      .optional()
      .describe('Absent: the first in force that names the grade; no version: the newest in force'),
  }),
  examples: [
    { lotId: 'north.lot-20261124-101' },
    {
      lotId: 'north.lot-20261124-101',
      grade: 'low-copper-shred',
      book: { name: 'grades-customer-example-mill', version: 1 },
    },
  ],
});
