import { z } from 'zod';
import { code, shortText, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';

/** Why lines stand; closed, because downtime is counted by it. */
const STOP_CAUSES = [
  'planned',
  'no-feed',
  'blocked',
  'breakdown',
  'quality',
  'safety',
  'hazard-found',
  'power',
  'unknown',
] as const;

export const lineStopped = defineEvent({
  name: 'line.stopped',
  summary: 'A line stands, and why.',
  docs:
    '`stopId` joins it to its `line.resumed`: the two may come in any order, also from two stations. ' +
    'Changes no book.',
  by: ['line', 'bench', 'reactor', 'office'],
  subject: 'station',
  schema: z.strictObject({
    lineId: code,
    stopId: siteScopedId,
    cause: z.enum(STOP_CAUSES),
    reason: code.optional().describe("The plant's own code under the cause"),
    runId: siteScopedId.optional().describe('Run that was under way'),
    note: shortText.optional(),
  }),
  examples: [
    {
      lineId: 'line-1',
      stopId: 'north.stop-20261124-003',
      cause: 'hazard-found',
      reason: 'gas-cylinder',
      runId: 'north.run-20261124-001',
    },
  ],
});
