import { z } from 'zod';
import { ppm, shortText, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';

/** Standard, k = 1; no grade rests on a share without it. */
const uncertaintyPpm = ppm
  .optional()
  .describe('Standard uncertainty of the share above; no grade rests on one without it');

export const inspectionRecorded = defineEvent({
  name: 'inspection.recorded',
  summary: 'What the gate saw and measured: radiation, sealed containers, moisture, contamination.',
  docs:
    'An alarm or a sealed container raises an exception; the delivery is booked all the same. ' +
    'Radiation is looked for in every consignment. What was measured of a load of one lot counts for its grade.',
  by: ['gate', 'office'],
  subject: 'visit',
  epcis: { event: 'ObjectEvent', action: 'OBSERVE', bizStep: 'inspecting', readPoint: 'source' },
  schema: z.strictObject({
    visitId: siteScopedId,
    radiation: z.strictObject({
      verdict: z.enum(['clear', 'alarm']),
      /** Ambient dose equivalent rate. */
      nanosievertPerHour: z.int().min(0).optional(),
    }),
    sealedContainers: z.int().min(0),
    moisturePpm: ppm.nullable().describe('Of the wet mass of the load'),
    moistureUncertaintyPpm: uncertaintyPpm,
    contaminationPpm: ppm
      .nullable()
      .describe('Steriles of steel, parts of textiles that are none; of the load'),
    contaminationUncertaintyPpm: uncertaintyPpm,
    note: shortText.optional(),
  }),
  examples: [
    {
      visitId: 'north.visit-20261124-001',
      radiation: { verdict: 'clear', nanosievertPerHour: 92 },
      sealedContainers: 0,
      moisturePpm: 8_000,
      moistureUncertaintyPpm: 2_000,
      contaminationPpm: null,
    },
  ],
});
