import { z } from 'zod';
import { code, materialStream, shortText, siteScopedId } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const lotOpened = defineFact({
  name: 'lot.opened',
  summary: 'A lot exists: delivered, made by a run, or provisional until its opening event comes.',
  subject: 'lot',
  schema: z.strictObject({
    lotId: siteScopedId,
    origin: z.enum(['delivery', 'run', 'provisional']),
    stream: z.union([materialStream, z.literal('unknown')]),
    /** Declared grade of a delivery, target class of an outlet, else `unknown`. */
    materialClass: code,
    ewc: z.string().optional(),
    originText: shortText.optional(),
    visitId: siteScopedId.optional(),
    runId: siteScopedId.optional(),
    restsOn,
  }),
  examples: [
    {
      lotId: 'north.lot-20261124-001',
      origin: 'delivery',
      stream: 'steel',
      materialClass: 'E40',
      ewc: '191001',
      visitId: 'north.visit-20261124-001',
      restsOn: 17,
    },
  ],
});
