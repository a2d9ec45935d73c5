import { z } from 'zod';
import { speakerSource } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const gapDeclared = defineFact({
  name: 'gap.declared',
  summary: 'Events first..last of a station did not come in time. They may still come late.',
  docs:
    'Rests on time that passed in the stream and cannot be derived from the log; an audit ' +
    'checks that it was legal.',
  subject: 'station',
  schema: z.strictObject({
    station: speakerSource,
    boot: z.int().min(1),
    firstSeq: z.int().min(1),
    lastSeq: z.int().min(1),
    reason: z.enum(['timeout', 'parking-full', 'boot-changed']),
    restsOn,
  }),
  examples: [
    {
      station: 'north.sorter-1',
      boot: 1_795_000_000,
      firstSeq: 81,
      lastSeq: 84,
      reason: 'timeout',
      restsOn: 77,
    },
  ],
});
