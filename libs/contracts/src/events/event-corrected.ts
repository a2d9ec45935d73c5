import { z } from 'zod';
import { EVENT_TYPE } from '../attributes.js';
import { defineEvent } from '../define-event.js';
import { code, shortText, stationSource } from '../fields.js';

export const eventCorrected = defineEvent({
  name: 'event.corrected',
  summary: 'Declares an event erroneous, with what it should have said or that it never happened.',
  docs:
    'EPCIS errorDeclaration. The ledger posts the difference in the open period and leaves history ' +
    'as it is; every lot and claim that rests on the event gets an exception and a superseding fact. ' +
    'Above the limit of the rules a second actor MUST approve.',
  by: ['office'],
  subject: 'station',
  schema: z
    .strictObject({
      errs: z.strictObject({
        source: stationSource,
        id: z
          .string()
          .regex(/^[0-9]{1,15}\.[1-9][0-9]{0,15}$/)
          .describe('`<boot>.<seq>`'),
        logIndex: z
          .int()
          .min(0)
          .describe(
            'where it stands in the log, so that the ledger reads one entry and searches none',
          ),
        type: z.string().regex(EVENT_TYPE),
      }),
      reason: z.enum(['did-not-occur', 'incorrect-data']),
      note: shortText.optional(),
      corrected: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('data of the event as it should have been; of the same type'),
      approvedBy: code.optional().describe('pseudonymous, and not the `actor` of this event'),
    })
    .superRefine(({ reason, corrected }, context) => {
      if ((reason === 'incorrect-data') === (corrected !== undefined)) return;
      const message = reason === 'did-not-occur' ? 'what did not occur has none' : 'missing';
      context.addIssue({ code: 'custom', path: ['corrected'], message });
    }),
  examples: [
    {
      errs: {
        source: 'north.floor',
        id: '1795000000.41',
        logIndex: 871,
        type: 'urbanmine.container.weighed.v1',
      },
      reason: 'incorrect-data',
      note: 'the skip stood on the scale',
      corrected: {
        runId: 'north.run-20261124-001',
        outlet: 0,
        containerId: 'skip-7',
        scaleId: 'floor-1',
        massMg: 1_090_000_000,
        uncertaintyMg: 288_675,
      },
      approvedBy: 'operator-9',
    },
  ],
});
