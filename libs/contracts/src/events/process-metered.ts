import { z } from 'zod';
import { code, massMg, original, ppm, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const processMetered = defineEvent({
  name: 'process.metered',
  summary: 'Energy, water, reagents or labour that a run took, by one meter.',
  docs:
    'Readings are cumulative per (source, boot, run, meter): the largest counts, so a lost or ' +
    'repeated reading changes nothing. A reagent that stays in the product is fed mass as well and ' +
    'MUST be said by `feed.metered` too.',
  by: ['line', 'reactor', 'bench', 'sensor-sorter', 'fibre-scanner', 'office'],
  subject: 'run',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'sensor_reporting',
    readPoint: 'source',
  },
  schema: z.strictObject({
    runId: siteScopedId,
    meterId: code,
    metered: z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('energy'),
        carrier: z.enum(['electricity', 'gas', 'oil', 'steam', 'heat', 'hydrogen']),
        cumulativeWh: z.int().min(0),
      }),
      z.strictObject({
        kind: z.literal('water'),
        flow: z.enum(['drawn', 'reused', 'discharged']),
        cumulativeMg: massMg,
      }),
      z.strictObject({
        kind: z.literal('reagent'),
        substance: code,
        flow: z.enum(['taken', 'recovered']).describe('Taken in, or got back by recovery'),
        cumulativeMg: massMg,
      }),
      z.strictObject({
        kind: z.literal('labour'),
        cumulativeSeconds: z.int().min(0),
      }),
    ]),
    uncertaintyPpm: ppm.describe('Standard uncertainty of the reading, as a share of it'),
    original: original.optional(),
  }),
  examples: [
    {
      runId: 'west.run-20261124-002',
      meterId: 'power-reactor-1',
      metered: { kind: 'energy', carrier: 'electricity', cumulativeWh: 182_400 },
      uncertaintyPpm: 10_000,
      original: { value: '182.4', unit: 'KWH' },
    },
    {
      runId: 'west.run-20261124-002',
      meterId: 'dosing-2',
      metered: {
        kind: 'reagent',
        substance: 'ethylene-glycol',
        flow: 'taken',
        cumulativeMg: 61_000_000,
      },
      uncertaintyPpm: 5_000,
    },
  ],
});
