import { z } from 'zod';
import { code, siteScopedId } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const runOpened = defineFact({
  name: 'run.opened',
  summary: 'A run exists; provisional until its `run.started` comes, then opened once more.',
  subject: 'run',
  epcis: { event: 'TransformationEvent', bizStep: 'sorting', readPoint: 'source' },
  schema: z.strictObject({
    runId: siteScopedId,
    provisional: z.boolean(),
    lineId: code.optional(),
    recipe: code.optional(),
    restsOn,
  }),
  examples: [
    {
      runId: 'north.run-20261124-001',
      provisional: false,
      lineId: 'line-1',
      recipe: 'steel-shred-1',
      restsOn: 30,
    },
  ],
});
