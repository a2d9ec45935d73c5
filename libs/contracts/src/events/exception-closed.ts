import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { code, shortText, siteScopedId } from '../fields.js';

/** The office's event; the fact of the same name is what the ledger makes of it. */
export const exceptionClosedByOffice = defineEvent({
  name: 'exception.closed',
  summary: 'The office asks to close an exception: a person has dealt with it.',
  docs:
    'A request. What waits for an event (an unknown lot or run) closes by that event alone, and what ' +
    'is closed cannot be closed again: then an exception `request-refused` says so.',
  by: ['office'],
  subject: 'station',
  schema: z.strictObject({
    exceptionId: siteScopedId,
    reason: code,
    note: shortText.optional(),
  }),
  examples: [{ exceptionId: 'north.exception-12', reason: 'weighed-again' }],
});
