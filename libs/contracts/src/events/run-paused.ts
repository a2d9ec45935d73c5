import { z } from 'zod';
import { code, shortText, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const runPaused = defineEvent({
  name: 'run.paused',
  summary: 'Work on a run rests; its lots stay on the line and its books stay open.',
  docs: 'Changes no book. The next event of the run says that work goes on; there is none to end it.',
  by: ['line', 'bench', 'reactor', 'office'],
  subject: 'run',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'holding',
    disposition: 'in_progress',
    readPoint: 'source',
  },
  schema: z.strictObject({ runId: siteScopedId, reason: code, note: shortText.optional() }),
  examples: [{ runId: 'north.run-20261124-001', reason: 'shift-end' }],
});
