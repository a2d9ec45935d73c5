import { z } from 'zod';
import { code, massMg, materialStream, shortText, siteScopedId, uncertaintyMg } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const shipmentReturned = defineEvent({
  name: 'shipment.returned',
  summary: 'A shipment, or a part of it, is back at the site that sent it, and was weighed again.',
  by: ['gate', 'office'],
  subject: 'shipment',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'receiving',
    disposition: 'returned',
    readPoint: 'source',
  },
  schema: z.strictObject({
    returnId: siteScopedId,
    shipmentId: siteScopedId,
    visitId: siteScopedId.optional(),
    reason: shortText,
    lines: z
      .array(
        z.strictObject({
          lotId: siteScopedId.describe('Where it goes: a lot of its own, or the one it left'),
          fromLotId: siteScopedId.optional(),
          stream: materialStream,
          declaredGrade: code,
          ewc: z.string().regex(/^[0-9]{6}\*?$/),
          massMg,
          uncertaintyMg,
        }),
      )
      .min(1)
      .max(64),
    remainder: z.enum(['none', 'to-follow']),
  }),
  examples: [
    {
      returnId: 'north.return-20261126-001',
      shipmentId: 'north.shipment-20261124-001',
      reason: 'rejected: sealed container in the load',
      lines: [
        {
          lotId: 'north.lot-20261126-007',
          fromLotId: 'north.lot-20261124-101',
          stream: 'steel',
          declaredGrade: 'E40',
          ewc: '191001',
          massMg: 22_470_000_000,
          uncertaintyMg: 16_329_932,
        },
      ],
      remainder: 'none',
    },
  ],
});
