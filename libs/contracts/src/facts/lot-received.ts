import { z } from 'zod';
import { code, decimalMg, siteScopedId } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const lotReceived = defineFact({
  name: 'lot.received',
  summary: 'Mass of a shipment came into a lot: at the receiver, or back at the sender.',
  subject: 'lot',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'receiving',
    disposition: 'in_progress',
    readPoint: 'source',
  },
  schema: z.strictObject({
    lotId: siteScopedId,
    shipmentId: siteScopedId,
    receiptId: siteScopedId.describe('The receipt, or the return'),
    fromLotId: siteScopedId.optional(),
    massMg: decimalMg,
    uncertaintyMg: decimalMg,
    downgradedFrom: code.optional(),
    restsOn,
  }),
  examples: [
    {
      lotId: 'south.lot-20261125-001',
      shipmentId: 'north.shipment-20261124-001',
      receiptId: 'south.receipt-20261125-001',
      fromLotId: 'north.lot-20261124-101',
      massMg: '22300000000',
      uncertaintyMg: '11547005',
      downgradedFrom: 'E40',
      restsOn: 412,
    },
  ],
});
