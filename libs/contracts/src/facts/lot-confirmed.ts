import { z } from 'zod';
import { code, lotOrigin, materialStream, siteScopedId } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const lotConfirmed = defineFact({
  name: 'lot.confirmed',
  summary: 'The opening event of a provisional lot has come.',
  subject: 'lot',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'creating_class_instance',
    disposition: 'available',
    readPoint: 'source',
  },
  schema: z.strictObject({
    lotId: siteScopedId,
    origin: lotOrigin.exclude(['provisional']),
    stream: materialStream,
    materialClass: code,
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
      visitId: 'north.visit-20261124-001',
      restsOn: 40,
    },
  ],
});
