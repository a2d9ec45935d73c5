import { z } from 'zod';
import {
  lossAccount,
  massMg,
  shortText,
  siteScopedId,
  stationSource,
  uncertaintyMg,
} from '../fields.js';
import { defineEvent } from '../define-event.js';

export const runClosed = defineEvent({
  name: 'run.closed',
  summary: 'A run is over: declared losses, and how far each of its stations has spoken of it.',
  by: ['line', 'bench', 'reactor', 'office'],
  subject: 'run',
  schema: z.strictObject({
    runId: siteScopedId,
    losses: z
      .array(z.strictObject({ account: lossAccount, massMg, uncertaintyMg, reason: shortText }))
      .max(16),
    /** The last event of each station that belongs to the run; the balance waits for them. */
    upTo: z
      .array(z.strictObject({ source: stationSource, boot: z.int().min(1), seq: z.int().min(1) }))
      .max(64),
  }),
  examples: [
    {
      runId: 'north.run-20261124-001',
      losses: [
        { account: 'dust', massMg: 4_000_000, uncertaintyMg: 400_000, reason: 'filter house' },
      ],
      upTo: [{ source: 'north.sorter-1', boot: 1_795_000_000, seq: 8_812 }],
    },
  ],
});
