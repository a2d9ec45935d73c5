import { LOSS_ACCOUNTS, OUTLET_ROLES, RUN_PROCESSES } from '#contracts';
import { z } from 'zod';
import { estimate } from '../answers/classes.schema.js';
import { decimalMg } from '../answers/fields.js';

const ofFeed = estimate.nullable().describe('over the metered feed; null: nothing was fed');
const perProduct = estimate
  .nullable()
  .describe('over the kilograms of all product outlets; null: none was weighed');
const mass = { massMg: decimalMg, uncertaintyMg: decimalMg };
const kilograms = z.strictObject({ kilograms: estimate, perProductKg: perProduct });

export const processAnswer = z.strictObject({
  process: z.enum(RUN_PROCESSES),
  runs: z.int().min(1),
  feed: z.strictObject(mass),
  product: z.strictObject(mass).describe('outlets whose role is product'),
  yield: ofFeed,
  dryYield: ofFeed.describe(
    'the same of dry matter; null where the moisture of a lot was not measured',
  ),
  outlets: z.array(z.strictObject({ role: z.enum(OUTLET_ROLES), ...mass, ofFeed })),
  losses: z
    .array(z.strictObject({ account: z.enum(LOSS_ACCOUNTS), ...mass, ofFeed }))
    .describe('declared when the run was closed; what a scale found is among the outlets'),
  energy: z.array(
    z.strictObject({ carrier: z.string(), wattHours: estimate, perProductKg: perProduct }),
  ),
  water: z.array(kilograms.extend({ flow: z.string() })),
  reagents: z.array(
    z.strictObject({
      substance: z.string(),
      taken: kilograms,
      recovered: kilograms,
      used: kilograms.describe('taken less recovered'),
      recovery: estimate.nullable().describe('recovered over taken; null: nothing was taken'),
    }),
  ),
  labour: z.strictObject({ seconds: estimate, perProductKg: perProduct }).nullable(),
});
export type ProcessAnswer = z.infer<typeof processAnswer>;
