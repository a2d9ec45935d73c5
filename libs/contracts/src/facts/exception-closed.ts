import { z } from 'zod';
import { code, siteScopedId } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const exceptionClosed = defineFact({
  name: 'exception.closed',
  summary: 'What an exception waited for has come, or a person closed it.',
  subject: 'station',
  schema: z.strictObject({ exceptionId: siteScopedId, reason: code, restsOn }),
  examples: [{ exceptionId: 'north.exception-12', reason: 'lot-confirmed', restsOn: 950 }],
});
