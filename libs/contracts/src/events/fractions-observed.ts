import { z } from 'zod';
import { code, massMg, outlet, ppm, siteScopedId, uncertaintyMg } from '../fields.js';
import { defineEvent } from '../define-event.js';

const PPM_WHOLE = 1_000_000;
const CLASSES_MAX = 64;

/** Each class once, and not more than the whole. */
const shares = z
  .array(z.strictObject({ class: code, ppm, uncertaintyPpm: ppm }))
  .min(1)
  .max(CLASSES_MAX)
  .superRefine((rows, context) => {
    const sum = rows.reduce((total, row) => total + row.ppm, 0);
    if (sum > PPM_WHOLE) {
      context.addIssue({ code: 'custom', message: `the shares are ${sum} ppm together` });
    }
  });

const counts = z
  .array(z.strictObject({ class: code, count: z.int().min(0) }))
  .min(1)
  .max(CLASSES_MAX);

export const fractionsObserved = defineEvent({
  name: 'fractions.observed',
  summary: 'What a sorter without piece data saw in a window: counts or mass shares by class.',
  docs:
    'For sorters and analysers that tell of a stream only as a whole. A share that no class was ' +
    'found for is left out: the shares need not reach 1,000,000 ppm. Windows of one station and ' +
    'outlet MUST NOT overlap. Where outlet and mass are known, the shares are booked as pieces are; a ' +
    'count is counted. An outlet of which frames tell pieces MUST NOT have windows too.',
  by: ['sensor-sorter', 'fibre-scanner', 'bench', 'lab', 'office'],
  subject: 'run',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'sensor_reporting',
    readPoint: 'source',
  },
  schema: z.strictObject({
    runId: siteScopedId,
    outlet: outlet.optional().describe('Absent: seen on the feed, before the line divides it'),
    windowMs: z
      .int()
      .min(1)
      .max(86_400_000)
      .describe("Length of the window that ends at the event's `time`"),
    method: code,
    sensorModel: code.optional(),
    calibrationId: code.optional(),
    observed: z.discriminatedUnion('basis', [
      z.strictObject({ basis: z.literal('count'), classes: counts }),
      z.strictObject({
        basis: z.literal('mass-share'),
        massMg: massMg
          .nullable()
          .describe('Mass that passed in the window; null when nobody weighed it'),
        uncertaintyMg,
        classes: shares,
      }),
    ]),
  }),
  examples: [
    {
      runId: 'north.run-20261124-001',
      outlet: 0,
      windowMs: 60_000,
      method: 'camera',
      observed: {
        basis: 'mass-share',
        massMg: 820_000_000,
        uncertaintyMg: 41_000_000,
        classes: [
          { class: 'carbon-steel', ppm: 962_000, uncertaintyPpm: 9_000 },
          { class: 'copper-bearing', ppm: 21_000, uncertaintyPpm: 6_000 },
        ],
      },
    },
    {
      runId: 'north.run-20261124-001',
      windowMs: 60_000,
      method: 'camera',
      observed: { basis: 'count', classes: [{ class: 'carbon-steel', count: 1_904 }] },
    },
  ],
});
