import { z } from 'zod';
import { defineFact, restsOn } from '../define-fact.js';
import { CLAIM_METHODS } from '../events/claim-requested.js';
import { code, decimalMg, siteScopedId } from '../fields.js';

/** Models of ISO 22095 that book C keeps, the higher first; a claim only ever goes down. */
export const CLAIM_MODELS = ['mass-balance', 'book-and-claim'] as const;
export type ClaimModel = (typeof CLAIM_MODELS)[number];

export const claimIssued = defineFact({
  name: 'claim.issued',
  summary: 'A claim as it stands from here on: issued, moved or retired.',
  subject: 'station',
  schema: z.strictObject({
    claimId: siteScopedId,
    standing: z.enum(['issued', 'moved', 'retired']),
    model: z.enum(CLAIM_MODELS),
    characteristic: code,
    lotId: siteScopedId
      .nullable()
      .describe('null: a unit of book and claim, which is of no lot and MUST NOT be read as one'),
    massMg: decimalMg,
    periodId: siteScopedId.describe('period whose credits it drew on'),
    method: z.enum(CLAIM_METHODS),
    creditsLeftMg: decimalMg.describe('credits of the open period that are left'),
    doubtful: z.boolean().describe('what it rests on was corrected: a person must look at it'),
    supersedes: z
      .int()
      .min(1)
      .optional()
      .describe('fact seq of the statement that this one replaces'),
    restsOn,
  }),
  examples: [
    {
      claimId: 'north.claim-20261124-001',
      standing: 'issued',
      model: 'mass-balance',
      characteristic: 'recycled-steel',
      lotId: 'north.lot-20261124-101',
      massMg: '20000000000',
      periodId: 'north.period-1',
      method: 'credit',
      creditsLeftMg: '1200000000',
      doubtful: false,
      restsOn: 1_204,
    },
  ],
});
