import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { code, massMg, shortText, siteScopedId } from '../fields.js';

/** How outputs share the credits of a period (ISO 22095 mass balance); never both in one. */
export const CLAIM_METHODS = ['credit', 'rolling-average'] as const;
export type ClaimMethod = (typeof CLAIM_METHODS)[number];

/** Members that an action needs beside the claim's id; the others MUST be absent. */
const MEMBERS = {
  issue: { needs: ['characteristic', 'method', 'massMg'], allows: ['lotId'] },
  move: { needs: [], allows: ['lotId'] },
  retire: { needs: ['beneficiary'], allows: [] },
} as const satisfies Record<string, { needs: readonly Member[]; allows: readonly Member[] }>;
type Member = 'characteristic' | 'method' | 'massMg' | 'lotId' | 'beneficiary';
const ALL: readonly Member[] = ['characteristic', 'method', 'massMg', 'lotId', 'beneficiary'];

export const claimRequested = defineEvent({
  name: 'claim.requested',
  summary: 'The office asks for a claim on outputs, moves one, or retires a book-and-claim unit.',
  docs:
    'A request: the ledger answers with claim.issued or claim.refused. `issue` draws on the credits ' +
    'of the open period, for a lot (mass balance) or, without one, as a unit of book and claim. ' +
    '`move` takes the claim to another lot, or, without one, down to a unit; never up again. ' +
    '`retire` uses a unit up, once.',
  by: ['office'],
  subject: 'station',
  schema: z
    .strictObject({
      action: z.enum(['issue', 'move', 'retire']),
      claimId: siteScopedId.describe(
        'chosen by the office, once; the serial of the unit that it may become',
      ),
      characteristic: code.optional(),
      method: z.enum(CLAIM_METHODS).optional(),
      massMg: massMg.min(1).optional(),
      lotId: siteScopedId.optional(),
      beneficiary: shortText.optional().describe('on whose behalf a unit is retired'),
    })
    .superRefine((request, context) => {
      const { needs, allows } = MEMBERS[request.action];
      for (const member of ALL) {
        const isGiven = request[member] !== undefined;
        const isNeeded = needs.some((name) => name === member);
        const isAllowed = isNeeded || allows.some((name) => name === member);
        if (isGiven ? isAllowed : !isNeeded) continue;
        const message = isGiven
          ? `has no place in "${request.action}"`
          : `"${request.action}" needs it`;
        context.addIssue({ code: 'custom', path: [member], message });
      }
    }),
  examples: [
    {
      action: 'issue',
      claimId: 'north.claim-20261124-001',
      characteristic: 'recycled-steel',
      method: 'credit',
      massMg: 20_000_000_000,
      lotId: 'north.lot-20261124-101',
    },
    { action: 'move', claimId: 'north.claim-20261124-001' },
    { action: 'retire', claimId: 'north.claim-20261124-001', beneficiary: 'Mill' },
  ],
});
