import { z } from 'zod';
import {
  code,
  commitment,
  element,
  massMg,
  shortText,
  siteScopedId,
  uncertaintyMg,
} from '../fields.js';
import { SITE_ID } from '../attributes.js';
import { defineEvent } from '../define-event.js';

/** What becomes of it at the consignee, by whoever sends it. */
const treatment = z
  .strictObject({
    operation: z
      .string()
      .regex(/^(R([1-9]|1[0-3])|D([1-9]|1[0-5]))$/)
      .describe('Operation of annexes I and II of Directive 2008/98/EC that it goes into'),
    recovers: z
      .array(element)
      .max(32)
      .optional()
      .describe('Elements that the operation gets back; absent: none that is known'),
  })
  .describe('What the consignee does with it; absent: not known, and counted as nothing');

export const shipmentDispatched = defineEvent({
  name: 'shipment.dispatched',
  summary: 'A vehicle leaves with lots, or parts of them, for a mill or another site.',
  docs:
    'Mass beyond what the lot holds comes from its variance account, with an exception. The ' +
    "receiver's own weighing is another event, on another site; until it is known here, the " +
    'mass is in transit.',
  by: ['gate', 'office'],
  subject: 'shipment',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'shipping',
    disposition: 'in_transit',
    readPoint: 'source',
  },
  schema: z.strictObject({
    shipmentId: siteScopedId,
    visitId: siteScopedId.optional(),
    consignee: shortText,
    consigneeSite: z
      .string()
      .regex(SITE_ID)
      .optional()
      .describe('The site it goes to, where that has a ledger: then only that can receive it'),
    lines: z
      .array(
        z.strictObject({
          lotId: siteScopedId,
          massMg,
          uncertaintyMg,
          all: z.boolean().describe('The rest of the lot, whatever it weighs: closes the lot'),
          grade: code.optional(),
        }),
      )
      .min(1)
      .max(64),
    treatment: treatment.optional(),
    seals: z.array(shortText).max(16).optional(),
    commitments: z.strictObject({ plate: commitment.optional() }).optional(),
  }),
  examples: [
    {
      shipmentId: 'north.shipment-20261124-001',
      consignee: 'Mill Duisburg',
      lines: [
        {
          lotId: 'north.lot-20261124-101',
          massMg: 22_480_000_000,
          uncertaintyMg: 16_329_932,
          all: true,
          grade: 'E40',
        },
      ],
      seals: ['S-20417'],
    },
    {
      shipmentId: 'east.shipment-20261124-004',
      consignee: 'Copper smelter Lünen',
      lines: [
        {
          lotId: 'east.lot-20261124-401',
          massMg: 812_000_000,
          uncertaintyMg: 288_675,
          all: true,
          grade: 'boards-high',
        },
      ],
      treatment: { operation: 'R4', recovers: ['Cu', 'Ni', 'Pd'] },
    },
  ],
});
