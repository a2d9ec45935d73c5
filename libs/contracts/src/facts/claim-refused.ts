import { z } from 'zod';
import { defineFact, restsOn } from '../define-fact.js';
import { code, siteScopedId } from '../fields.js';

/** Why a claim was not made; closed. */
const CLAIM_REFUSALS = [
  'claim-known',
  'claim-unknown',
  'claim-retired',
  'no-credits',
  'method-mixed',
  'above-average',
  'lot-unknown',
  'lot-exceeded',
  'model-raised',
  'not-a-unit',
  'of-another-site',
] as const;
export type ClaimRefusal = (typeof CLAIM_REFUSALS)[number];

export const claimRefused = defineFact({
  name: 'claim.refused',
  summary: 'A claim was asked for that cannot be made; nothing has changed.',
  subject: 'station',
  schema: z.strictObject({
    claimId: siteScopedId,
    action: z.enum(['issue', 'move', 'retire']),
    reason: z.enum(CLAIM_REFUSALS),
    figures: z
      .record(code, z.string().max(160))
      .describe('figures that explain it, by name; masses as decimal strings in mg'),
    restsOn,
  }),
  examples: [
    {
      claimId: 'north.claim-20261124-002',
      action: 'issue',
      reason: 'no-credits',
      figures: { askedMg: '20000000000', creditsMg: '1200000000' },
      restsOn: 1_206,
    },
  ],
});
