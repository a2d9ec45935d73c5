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
  docs:
    'The balance waits until every mark of `upTo` is reached or declared missing; stations ' +
    'that are not named are waited for one timeout. What comes later re-balances the run by ' +
    'differences.',
  by: ['line', 'bench', 'reactor', 'office'],
  subject: 'run',
  epcis: { event: 'TransformationEvent', bizStep: 'sorting', readPoint: 'source' },
  schema: z.strictObject({
    runId: siteScopedId,
    losses: z
      .array(z.strictObject({ account: lossAccount, massMg, uncertaintyMg, reason: shortText }))
      .max(16),
    upTo: z
      .array(z.strictObject({ source: stationSource, boot: z.int().min(1), seq: z.int().min(1) }))
      .max(64)
      .describe(
        'The last event of each station that belongs to the run; the balance waits for them',
      ),
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
