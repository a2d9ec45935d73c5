import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { shortText, siteScopedId } from '../fields.js';

export const exceptionAcknowledged = defineEvent({
  name: 'exception.acknowledged',
  summary: 'A person has seen an exception and looks after it; it stays open.',
  by: ['office'],
  subject: 'station',
  schema: z.strictObject({ exceptionId: siteScopedId, note: shortText.optional() }),
  examples: [{ exceptionId: 'north.exception-12', note: 'asked the gate for the ticket' }],
});
