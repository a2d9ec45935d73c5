import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { siteScopedId } from '../fields.js';

export const periodClosing = defineEvent({
  name: 'period.closing',
  summary: 'The office asks to close the open period of the books.',
  docs:
    'A request. The periods of a site are numbered from 1: `<site>.period-<n>`. It MUST name the one ' +
    'that is open, so that a request that is sent twice closes one period.',
  by: ['office'],
  subject: 'station',
  schema: z.strictObject({ periodId: siteScopedId }),
  examples: [{ periodId: 'north.period-1' }],
});
