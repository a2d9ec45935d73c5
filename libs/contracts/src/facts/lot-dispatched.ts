import { z } from 'zod';
import { decimalMg, shortText, siteScopedId } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const lotDispatched = defineFact({
  name: 'lot.dispatched',
  summary: 'Mass of a lot left the site.',
  subject: 'lot',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'shipping',
    disposition: 'in_transit',
    readPoint: 'source',
  },
  schema: z.strictObject({
    lotId: siteScopedId,
    shipmentId: siteScopedId,
    consignee: shortText,
    massMg: decimalMg,
    uncertaintyMg: decimalMg,
    remainingMg: decimalMg.describe('What the books still hold of the lot; 0 once it is closed'),
    closed: z.boolean(),
    restsOn,
  }),
  examples: [
    {
      lotId: 'north.lot-20261124-101',
      shipmentId: 'north.shipment-20261124-001',
      consignee: 'Mill Duisburg',
      massMg: '22480000000',
      uncertaintyMg: '16329932',
      remainingMg: '0',
      closed: true,
      restsOn: 901,
    },
  ],
});
