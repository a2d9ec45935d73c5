import { z } from 'zod';
import { code, massMg, original, outlet, siteScopedId, uncertaintyMg } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const containerWeighed = defineEvent({
  name: 'container.weighed',
  summary: 'Net mass of a container that an outlet of a run filled.',
  by: ['floor-scale', 'office'],
  subject: 'run',
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
