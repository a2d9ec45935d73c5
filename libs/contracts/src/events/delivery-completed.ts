import { z } from 'zod';
import {
  code,
  custodyModel,
  lossAccount,
  massMg,
  materialStream,
  ppm,
  shortText,
  siteScopedId,
  uncertaintyMg,
} from '../fields.js';
import { defineEvent } from '../define-event.js';

/** An element, a chemistry of batteries or a fibre, as the supplier's papers state it. */
const declaredContent = z.strictObject({
  analyte: code,
  ppm,
  uncertaintyPpm: ppm.optional().describe('Standard uncertainty; absent: none is stated'),
});

export const deliveryCompleted = defineEvent({
  name: 'delivery.completed',
  summary: 'The ticket of a visit: each line opens a lot with its net mass.',
  docs:
    "Declared grade, waste code and origin are the supplier's words and stay apart from what " +
    'is measured. The net is as received, water included; `moisture` among the deductions is ' +
    'what the parties agreed on.',
  by: ['gate', 'office'],
  subject: 'visit',
  epcis: {
    event: 'ObjectEvent',
    action: 'ADD',
    bizStep: 'creating_class_instance',
    disposition: 'available',
    readPoint: 'source',
  },
  schema: z.strictObject({
    visitId: siteScopedId,
    lines: z
      .array(
        z.strictObject({
          lotId: siteScopedId,
          stream: materialStream,
          declaredGrade: code,
          ewc: z
            .string()
            .regex(/^[0-9]{6}\*?$/)
            .describe('European waste catalogue code, six digits, `*` when hazardous'),
          origin: shortText,
          massMg,
          uncertaintyMg,
          model: custodyModel
            .optional()
            .describe(
              'What the supplier hands over by ISO 22095; the lot may step down from it, never up',
            ),
          characteristic: z
            .strictObject({ name: code, sharePpm: ppm })
            .optional()
            .describe(
              'What is specified of the material, as `post-consumer`, by mass: a blend keeps its share',
            ),
          declaredContents: z
            .array(declaredContent)
            .max(32)
            .optional()
            .describe(
              'What the supplier says is in it, by mass; never mixed with what is measured',
            ),
        }),
      )
      .min(1)
      .max(64),
    deductions: z
      .array(z.strictObject({ account: lossAccount, massMg, reason: shortText }))
      .max(16)
      .optional()
      .describe('What the net of the scale holds that no lot does'),
  }),
  examples: [
    {
      visitId: 'north.visit-20261124-001',
      lines: [
        {
          lotId: 'north.lot-20261124-001',
          stream: 'steel',
          declaredGrade: 'E40',
          ewc: '191001',
          origin: 'shredder Westhafen',
          massMg: 23_100_000_000,
          uncertaintyMg: 16_329_932,
        },
      ],
      deductions: [{ account: 'moisture', massMg: 120_000_000, reason: 'rain' }],
    },
    {
      visitId: 'east.visit-20261124-002',
      lines: [
        {
          lotId: 'east.lot-20261124-002',
          stream: 'ewaste',
          declaredGrade: 'boards-mixed',
          ewc: '160216',
          origin: 'dismantler Essen',
          massMg: 1_240_000_000,
          uncertaintyMg: 577_350,
          declaredContents: [{ analyte: 'Pd', ppm: 110, uncertaintyPpm: 15 }],
        },
      ],
    },
  ],
});
