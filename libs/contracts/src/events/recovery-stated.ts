import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { code, element, massMg, shortText, siteScopedId, uncertaintyMg } from '../fields.js';

export const recoveryStated = defineEvent({
  name: 'recovery.stated',
  summary: 'What a recoverer got out of a shipment, by element.',
  docs:
    "The recoverer's own word, as its settlement or out-turn statement has it, entered by the office " +
    'of the site that sent the lots. Until it comes, what was sent is dispatched and not recovered. ' +
    'Statements of one shipment add up; a wrong one is corrected by `event.corrected`.',
  by: ['office'],
  subject: 'shipment',
  schema: z.strictObject({
    shipmentId: siteScopedId,
    statementId: code,
    process: code.describe('How it was got back (`copper-smelting`, `hydrometallurgy`)'),
    recovered: z
      .array(
        z.strictObject({
          element,
          massMg: massMg.describe('Of the element itself, whatever it was sold as'),
          uncertaintyMg,
          basis: z
            .enum(['measured', 'declared'])
            .describe('`measured`: weighed and assayed output; `declared`: by any other way'),
        }),
      )
      .min(1)
      .max(64),
    certificate: shortText.optional(),
  }),
  examples: [
    {
      shipmentId: 'east.shipment-20261124-004',
      statementId: 'settlement-20418',
      process: 'copper-smelting',
      recovered: [
        { element: 'Cu', massMg: 141_300_000, uncertaintyMg: 700_000, basis: 'measured' },
        { element: 'Pd', massMg: 104_000, uncertaintyMg: 3_000, basis: 'measured' },
      ],
      certificate: 'settlement 20418 of 2026-12-18',
    },
  ],
});
