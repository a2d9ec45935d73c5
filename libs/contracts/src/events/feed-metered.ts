import { z } from 'zod';
import { code, massMg, siteScopedId, uncertaintyMg } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const feedMetered = defineEvent({
  name: 'feed.metered',
  summary:
    'Mass fed to a run from a lot, cumulative per (source, boot, run, lot): the largest counts.',
  docs: 'A lost, repeated or late reading changes nothing as long as a larger one comes.',
  by: ['belt-scale', 'line', 'loader', 'bench', 'reactor', 'office'],
  subject: 'run',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'sensor_reporting',
    readPoint: 'source',
  },
  schema: z.strictObject({
    runId: siteScopedId,
    lotId: siteScopedId,
    cumulativeMg: massMg,
    uncertaintyMg: uncertaintyMg.describe('Of the cumulative reading'),
    method: z.enum(['belt-scale', 'crane', 'loader', 'manual']),
    scaleId: code.optional(),
  }),
  examples: [
    {
      runId: 'north.run-20261124-001',
      lotId: 'north.lot-20261124-001',
      cumulativeMg: 1_204_000_000,
      uncertaintyMg: 6_020_000,
      method: 'belt-scale',
      scaleId: 'belt-1',
    },
  ],
});
