import { z } from 'zod';
import { speakerSource } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const gapFilled = defineFact({
  name: 'gap.filled',
  summary: 'An event came after its gap was declared; it is booked where it landed.',
  subject: 'station',
  schema: z.strictObject({
    station: speakerSource,
    boot: z.int().min(1),
    seq: z.int().min(1),
    restsOn,
  }),
  examples: [{ station: 'north.sorter-1', boot: 1_795_000_000, seq: 82, restsOn: 102 }],
});
