import { z } from 'zod';
import {
  code,
  commitment,
  custodyModel,
  lossAccount,
  massMg,
  materialStream,
  shortText,
  siteScopedId,
  uncertaintyMg,
} from '../fields.js';
import { defineEvent } from '../define-event.js';

export const VERDICTS = ['accepted', 'downgraded', 'rejected'] as const;
const REMAINDERS = ['none', 'to-follow', 'sent-back'] as const;

export const receiptDeductions = z
  .array(z.strictObject({ account: lossAccount, massMg, reason: shortText }))
  .max(16)
  .describe('What the receiving scale found that is not taken as material');
export const remainder = z
  .enum(REMAINDERS)
  .describe('The rest: nothing more comes, more loads follow, or it was sent back');

const line = z.strictObject({
  lotId: siteScopedId.describe('A lot of the receiver, which opens here'),
  fromLotId: siteScopedId.optional().describe('The lot that it left the other site as'),
  stream: materialStream,
  declaredGrade: code,
  downgradedFrom: code
    .optional()
    .describe('The grade that the sender declared, where the receiver lowered it'),
  ewc: z
    .string()
    .regex(/^[0-9]{6}\*?$/)
    .describe('European waste catalogue code, six digits, `*` when hazardous'),
  origin: shortText,
  massMg,
  uncertaintyMg,
  model: custodyModel
    .optional()
    .describe('The model that the sender hands over; who says none hands over nothing known'),
});

export const shipmentReceived = defineEvent({
  name: 'shipment.received',
  summary: 'A load of a shipment was weighed where it arrived.',
  docs:
    'Said by the gate of the receiving site, which opens lots of its own, or, for a mill that is ' +
    'no site here, by the office of the site that sent it. `remainder` says ' +
    'whether the transit of the shipment ends with it.',
  by: ['gate', 'office'],
  subject: 'receipt',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'receiving',
    disposition: 'in_progress',
    readPoint: 'source',
  },
  schema: z
    .strictObject({
      receiptId: siteScopedId.describe('One load of the shipment; it may arrive in several'),
      shipmentId: siteScopedId,
      visitId: siteScopedId.optional(),
      verdict: z.enum(VERDICTS),
      reason: shortText.optional(),
      lines: z.array(line).max(64).describe('None in the word of an office for a mill'),
      acceptedMg: massMg,
      uncertaintyMg: uncertaintyMg.describe('Of accepted mass and deductions together (k = 1)'),
      deductions: receiptDeductions.optional(),
      remainder,
      commitments: z
        .strictObject({ plate: commitment.optional(), price: commitment.optional() })
        .optional(),
    })
    .refine(
      ({ verdict, acceptedMg }) => verdict !== 'rejected' || acceptedMg === 0,
      'acceptedMg: not 0, but the verdict is "rejected"',
    )
    .refine(
      ({ lines, acceptedMg }) =>
        lines.length === 0 || lines.reduce((sum, { massMg: mg }) => sum + mg, 0) === acceptedMg,
      'acceptedMg: not the sum of the lines',
    ),
  examples: [
    {
      receiptId: 'south.receipt-20261125-001',
      shipmentId: 'north.shipment-20261124-001',
      visitId: 'south.visit-20261125-001',
      verdict: 'downgraded',
      reason: 'too much copper',
      lines: [
        {
          lotId: 'south.lot-20261125-001',
          fromLotId: 'north.lot-20261124-101',
          stream: 'steel',
          declaredGrade: 'E3',
          downgradedFrom: 'E40',
          ewc: '191001',
          origin: 'Nordhafen',
          massMg: 22_300_000_000,
          uncertaintyMg: 11_547_005,
        },
      ],
      acceptedMg: 22_300_000_000,
      uncertaintyMg: 16_329_932,
      deductions: [{ account: 'moisture', massMg: 160_000_000, reason: 'rain on the way' }],
      remainder: 'none',
    },
  ],
});
