import { z } from 'zod';
import { defineFact, restsOn } from '../define-fact.js';
import { code, decimalMg, sha256Hex, siteScopedId } from '../fields.js';

export const periodClosed = defineFact({
  name: 'period.closed',
  summary: 'The books of a period are sealed: no posting of it comes after this entry.',
  subject: 'station',
  schema: z.strictObject({
    periodId: siteScopedId,
    fromIndex: z
      .int()
      .min(0)
      .describe('log range of its postings; `toIndex`, exclusive, is the index of this entry'),
    toIndex: z.int().min(1),
    accounts: z.int().min(0).describe('accounts with a turnover, all books'),
    balancesRoot: sha256Hex.describe(
      'RFC 6962 root over `<account>\n<debits>\n<credits>\n` of each, in order of the accounts',
    ),
    expired: z
      .array(z.strictObject({ characteristic: code, massMg: decimalMg }))
      .describe('credits that nobody claimed'),
    nextPeriodId: siteScopedId,
    restsOn,
  }),
  examples: [
    {
      periodId: 'north.period-1',
      fromIndex: 0,
      toIndex: 1_302,
      accounts: 41,
      balancesRoot: '9c'.repeat(32),
      expired: [{ characteristic: 'recycled-steel', massMg: '1200000000' }],
      nextPeriodId: 'north.period-2',
      restsOn: 1_301,
    },
  ],
});
