import { z } from 'zod';
import { decimalMg, siteScopedId } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const transferReconciled = defineFact({
  name: 'transfer.reconciled',
  summary: 'Both ends of a shipment have weighed it, and nothing of it is in transit any more.',
  docs: 'Stated anew when something of it comes later; the newest counts.',
  subject: 'shipment',
  schema: z.strictObject({
    shipmentId: siteScopedId,
    dispatchedMg: decimalMg,
    acceptedMg: decimalMg,
    deductedMg: decimalMg,
    returnedMg: decimalMg,
    differenceMg: decimalMg.describe('In the transit variance: dispatched less all of these'),
    uncertaintyMg: decimalMg,
    withinTolerance: z
      .boolean()
      .describe('The difference is at most three standard uncertainties of both ends together'),
    receipts: z.int().min(0),
    restsOn,
  }),
  examples: [
    {
      shipmentId: 'north.shipment-20261124-001',
      dispatchedMg: '22480000000',
      acceptedMg: '22300000000',
      deductedMg: '160000000',
      returnedMg: '0',
      differenceMg: '20000000',
      uncertaintyMg: '23094011',
      withinTolerance: true,
      receipts: 1,
      restsOn: 977,
    },
  ],
});
