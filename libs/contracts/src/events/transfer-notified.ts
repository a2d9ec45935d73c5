import { z } from 'zod';
import { code, massMg, shortText, siteScopedId, uncertaintyMg } from '../fields.js';
import { defineEvent } from '../define-event.js';
import { VERDICTS, receiptDeductions, remainder } from './shipment-received.js';

export const transferNotified = defineEvent({
  name: 'transfer.notified',
  summary: 'The ledger of another site says that it received a load of a shipment of this one.',
  docs:
    'Source `<receiver>/ledger`, boot 1, and a seq for each site that is told. Not sealed: the ' +
    'signed log of the receiver holds the receipt, at the index named.',
  by: ['peer-ledger'],
  subject: 'shipment',
  schema: z.strictObject({
    shipmentId: siteScopedId,
    receiptId: siteScopedId,
    verdict: z.enum(VERDICTS),
    reason: shortText.optional(),
    lots: z
      .array(
        z.strictObject({
          lotId: siteScopedId,
          fromLotId: siteScopedId.optional(),
          grade: code,
          downgradedFrom: code.optional(),
          massMg,
        }),
      )
      .max(64)
      .describe('Lots that the receiver has opened'),
    acceptedMg: massMg,
    uncertaintyMg,
    deductions: receiptDeductions.optional(),
    remainder,
    logIndex: z.int().min(0).describe('Of the `shipment.received` in the log of the receiver'),
  }),
  examples: [
    {
      shipmentId: 'north.shipment-20261124-001',
      receiptId: 'south.receipt-20261125-001',
      verdict: 'downgraded',
      reason: 'too much copper',
      lots: [
        {
          lotId: 'south.lot-20261125-001',
          fromLotId: 'north.lot-20261124-101',
          grade: 'E3',
          downgradedFrom: 'E40',
          massMg: 22_300_000_000,
        },
      ],
      acceptedMg: 22_300_000_000,
      uncertaintyMg: 16_329_932,
      deductions: [{ account: 'moisture', massMg: 160_000_000, reason: 'rain on the way' }],
      remainder: 'none',
      logIndex: 412,
    },
  ],
});
