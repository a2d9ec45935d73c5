import { z } from 'zod';
import { sha256Hex, speakerSource } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const equivocationFound = defineFact({
  name: 'equivocation.found',
  summary:
    'A station said two different things under one seq. The first is in the log, the other is not.',
  docs: 'Either a spool was copied and used twice, or somebody changed what it had said.',
  subject: 'station',
  schema: z.strictObject({
    station: speakerSource,
    boot: z.int().min(1),
    seq: z.int().min(1),
    known: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .describe('First 8 bytes of SHA-256 over the two digests of what is in the log, hex'),
    found: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .describe(
        'The same of the other, and its digests: SHA-256 of attribute block and data bytes, hex',
      ),
    foundAttributesSha256: sha256Hex,
    foundDataSha256: sha256Hex,
    restsOn,
  }),
  examples: [
    {
      station: 'north.sorter-1',
      boot: 1_795_000_000,
      seq: 82,
      known: '0b'.repeat(8),
      found: '5d'.repeat(8),
      foundAttributesSha256: '1f'.repeat(32),
      foundDataSha256: '2e'.repeat(32),
      restsOn: 140,
    },
  ],
});
