import { z } from 'zod';
import { shortText } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const stationBooted = defineEvent({
  name: 'station.booted',
  summary: 'A station made a new spool. Names where the spool before it ended.',
  docs:
    'The first event of a spool. `previousLastSeq` tells what may still be missing of the ' +
    'boot before.',
  by: ['every'],
  subject: 'station',
  schema: z.strictObject({
    previousBoot: z.int().min(1).nullable().describe("Null at the station's first boot ever"),
    previousLastSeq: z
      .union([z.int().min(0), z.literal('unknown')])
      .describe('`unknown` when the spool before was lost. 0: it was never used'),
    software: z.strictObject({ name: shortText, version: shortText }),
  }),
  examples: [
    {
      previousBoot: 1_795_000_000,
      previousLastSeq: 4_211,
      software: { name: 'urbanmine-edge', version: '0.1.0' },
    },
  ],
});
