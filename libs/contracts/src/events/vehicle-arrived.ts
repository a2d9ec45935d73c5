import { z } from 'zod';
import { commitment, shortText, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const vehicleArrived = defineEvent({
  name: 'vehicle.arrived',
  summary: 'A vehicle is at the gate; opens the visit.',
  by: ['gate', 'office'],
  subject: 'visit',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'arriving',
    disposition: 'in_progress',
    readPoint: 'source',
  },
  schema: z.strictObject({
    visitId: siteScopedId,
    direction: z.enum(['inbound', 'outbound']),
    commitments: z
      .strictObject({
        supplier: commitment.optional(),
        plate: commitment.optional(),
        price: commitment.optional(),
      })
      .optional()
      .describe('Salted commitments; what they hide stays with the site'),
    documents: z.array(shortText).max(16).optional(),
  }),
  examples: [{ visitId: 'north.visit-20261124-001', direction: 'inbound' }],
});
