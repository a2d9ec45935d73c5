import { z } from 'zod';
import { decimalMg, lossAccount, outlet, siteScopedId } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

export const runBalanced = defineFact({
  name: 'run.balanced',
  summary:
    'The mass balance of a run: feed = outlets + declared losses + unaccounted, exactly, in mg.',
  docs:
    'Exact in whole milligrams. The highest fact seq of a run is the one that holds; ' +
    '`supersedes` names the one before.',
  subject: 'run',
  epcis: { event: 'TransformationEvent', bizStep: 'sorting', readPoint: 'source' },
  schema: z.strictObject({
    runId: siteScopedId,
    feedMg: decimalMg,
    feedUncertaintyMg: decimalMg,
    feeds: z.array(
      z.strictObject({ lotId: siteScopedId, massMg: decimalMg, uncertaintyMg: decimalMg }),
    ),
    outlets: z.array(
      z.strictObject({
        outlet,
        lotId: siteScopedId.nullable().describe('Null while the run has no `run.started`'),
        massMg: decimalMg,
        uncertaintyMg: decimalMg,
      }),
    ),
    losses: z.array(
      z.strictObject({ account: lossAccount, massMg: decimalMg, uncertaintyMg: decimalMg }),
    ),
    unaccountedMg: decimalMg.describe('Signed: positive when mass is missing'),
    unaccountedUncertaintyMg: decimalMg.describe('Root of the sum of squares of every term'),
    marks: z.enum(['reached', 'gapped', 'waited']).describe('Why the balance was struck now'),
    supersedes: z
      .int()
      .min(1)
      .optional()
      .describe('Fact seq of the balance that this one replaces'),
    restsOn,
  }),
  examples: [
    {
      runId: 'north.run-20261124-001',
      feedMg: '1204000000',
      feedUncertaintyMg: '6020000',
      feeds: [{ lotId: 'north.lot-20261124-001', massMg: '1204000000', uncertaintyMg: '6020000' }],
      outlets: [
        {
          outlet: 0,
          lotId: 'north.lot-20261124-101',
          massMg: '1190000000',
          uncertaintyMg: '288675',
        },
      ],
      losses: [{ account: 'dust', massMg: '4000000', uncertaintyMg: '400000' }],
      unaccountedMg: '10000000',
      unaccountedUncertaintyMg: '6040177',
      marks: 'reached',
      restsOn: 871,
    },
  ],
});
