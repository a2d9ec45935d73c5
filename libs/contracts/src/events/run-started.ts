import { z } from 'zod';
import { code, custodyModel, outlet, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';

/** Sorting and taking apart, and what makes material of it again. */
export const RUN_PROCESSES = [
  'sorting',
  'shredding',
  'dismantling',
  'mechanical',
  'dissolution',
  'depolymerisation',
] as const;
export type RunProcess = (typeof RUN_PROCESSES)[number];

export const OUTLET_ROLES = ['product', 'by-product', 'residue'] as const;
export type OutletRole = (typeof OUTLET_ROLES)[number];

export const runStarted = defineEvent({
  name: 'run.started',
  summary: 'A sorting run: planned inputs, recipe, and the lot behind each outlet.',
  docs:
    'Inputs and outlet lots may be unknown yet: what is observed before is booked to the run ' +
    'and moved by this event.',
  by: ['line', 'bench', 'reactor', 'office'],
  subject: 'run',
  epcis: { event: 'TransformationEvent', bizStep: 'sorting', readPoint: 'source' },
  schema: z.strictObject({
    runId: siteScopedId,
    lineId: code,
    recipe: code,
    stream: z.enum(['steel', 'ewaste', 'textiles']),
    process: z
      .enum(RUN_PROCESSES)
      .optional()
      .describe('What is done to the material; absent: it is sorted'),
    inputs: z.array(siteScopedId).min(1).max(64),
    outlets: z
      .array(
        z.strictObject({
          outlet,
          lotId: siteScopedId,
          targetClass: code.describe('Material class that the outlet is meant to hold'),
          targetGrade: code.optional().describe('Grade that the lot is meant for'),
          role: z
            .enum(OUTLET_ROLES)
            .optional()
            .describe('What the outlet counts as in a yield; absent: a product'),
          model: custodyModel
            .optional()
            .describe('Model that is asked for; absent: what the feeds allow at best'),
        }),
      )
      .min(1)
      .max(64),
  }),
  examples: [
    {
      runId: 'north.run-20261124-001',
      lineId: 'line-1',
      recipe: 'steel-shred-1',
      stream: 'steel',
      inputs: ['north.lot-20261124-001'],
      outlets: [
        { outlet: 0, lotId: 'north.lot-20261124-101', targetClass: 'carbon-steel' },
        { outlet: 1, lotId: 'north.lot-20261124-102', targetClass: 'copper-bearing' },
      ],
    },
    {
      runId: 'west.run-20261124-002',
      lineId: 'reactor-1',
      recipe: 'cotton-pulp-1',
      stream: 'textiles',
      process: 'dissolution',
      inputs: ['west.lot-20261124-301'],
      outlets: [
        { outlet: 0, lotId: 'west.lot-20261124-311', targetClass: 'cotton-dissolving' },
        { outlet: 1, lotId: 'west.lot-20261124-312', targetClass: 'non-textile', role: 'residue' },
      ],
    },
  ],
});
