import { z } from 'zod';
import { code, massMg, original, siteScopedId, uncertaintyMg } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const weighingRecorded = defineEvent({
  name: 'weighing.recorded',
  summary: 'One single weighing of a visit: gross or tare, with its scale and uncertainty.',
  docs:
    'Gross minus tare is the net that the lines of `delivery.completed` and its deductions ' +
    'must reach; a difference is booked and raised, never smoothed. A preset tare carries its ' +
    'age.',
  by: ['weighbridge', 'office'],
  subject: 'visit',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'receiving',
    disposition: 'in_progress',
    readPoint: 'source',
  },
  schema: z.strictObject({
    visitId: siteScopedId,
    weighing: z.enum(['gross', 'tare']),
    scaleId: code,
    massMg,
    uncertaintyMg,
    original: original.optional(),
    tareAgeSeconds: z
      .int()
      .min(0)
      .optional()
      .describe('Seconds since a stored tare was taken; absent when it was weighed now'),
  }),
  examples: [
    {
      visitId: 'north.visit-20261124-001',
      weighing: 'gross',
      scaleId: 'bridge-1',
      massMg: 38_420_000_000,
      uncertaintyMg: 11_547_005,
      original: { value: '38420', unit: 'KGM' },
    },
  ],
});
