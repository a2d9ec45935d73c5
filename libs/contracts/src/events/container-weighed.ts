import { z } from 'zod';
import { code, massMg, original, outlet, siteScopedId, uncertaintyMg } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const containerWeighed = defineEvent({
  name: 'container.weighed',
  summary: 'Net mass of a container that an outlet of a run filled.',
  docs:
    'Weighed truth of an outlet: book W takes it, and what pieces add up to in book E is held ' +
    'against it.',
  by: ['floor-scale', 'office'],
  subject: 'run',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'sensor_reporting',
    readPoint: 'source',
  },
  schema: z.strictObject({
    runId: siteScopedId,
    outlet,
    containerId: code,
    scaleId: code,
    massMg,
    uncertaintyMg,
    original: original.optional(),
  }),
  examples: [
    {
      runId: 'north.run-20261124-001',
      outlet: 0,
      containerId: 'skip-17',
      scaleId: 'floor-1',
      massMg: 812_400_000,
      uncertaintyMg: 288_675,
    },
  ],
});
