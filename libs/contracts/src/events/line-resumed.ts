import { z } from 'zod';
import { code, shortText, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const lineResumed = defineEvent({
  name: 'line.resumed',
  summary: 'A line that stood works again.',
  docs: 'Names the `stopId` of the `line.stopped` that it ends. Changes no book.',
  by: ['line', 'bench', 'reactor', 'office'],
  subject: 'station',
  schema: z.strictObject({ lineId: code, stopId: siteScopedId, note: shortText.optional() }),
  examples: [{ lineId: 'line-1', stopId: 'north.stop-20261124-003' }],
});
