import { MATERIAL_STREAMS } from '#contracts';
import { z } from 'zod';
import { decimalMg, decimalNg } from '../answers/fields.js';
import { reportHead, siteReportQuery } from './report.schema.js';

export const criticalMineralsQuery = siteReportQuery.extend({
  stream: z.enum(MATERIAL_STREAMS).default('ewaste'),
});

const byBasis = z.strictObject({
  measured: decimalNg.describe('by assays of the lot'),
  library: decimalNg.describe('by the books of components and devices'),
  declared: decimalNg.describe("by suppliers' papers, or a recoverer's word"),
});

const account = z.strictObject({
  massNg: decimalNg.describe('exact sum of `byBasis`'),
  uncertaintyNg: decimalNg.describe('standard uncertainty (k = 1) of what states one'),
  unstatedNg: decimalNg.describe('of the mass, what rests on sources that state no uncertainty'),
  byBasis,
  sharesPpm: z
    .strictObject({ measured: z.int(), library: z.int(), declared: z.int() })
    .nullable()
    .describe('share of each basis; null where the account holds nothing, or less'),
});
export type AccountAnswer = z.infer<typeof account>;

const mineral = z.strictObject({
  element: z.string(),
  name: z.string(),
  contained: account.describe('known to have come in'),
  stock: account,
  dispatchedToRecoverer: account.describe('sent to a consignee that recovers this element'),
  dispatchedElsewhere: account,
  returned: account.describe('sent and come back; not looked for again'),
  process: account.describe('fed to runs less found behind them; signed'),
  lost: account.describe('in closed lots that nothing is known to have left'),
  recovered: account.describe('as recoverers stated; no part of the sum of the others'),
  recovery: z
    .strictObject({
      ratio: z.number(),
      uncertainty: z.number().nullable().describe('k = 1; null: a source states none'),
      beyondContained: z
        .boolean()
        .describe('more was stated than was sent, beyond three standard uncertainties'),
    })
    .nullable()
    .describe('recovered over what those shipments held; null: nothing was stated yet'),
});
export type MineralAnswer = z.infer<typeof mineral>;

export const criticalMineralsAnswer = z.strictObject({
  ...reportHead,
  elements: z.array(mineral),
  withoutContents: z
    .strictObject({
      componentsMg: decimalMg.describe('components of kinds that no book has contents for'),
      restsMg: decimalMg.describe('what was left of devices, and whole ones no book knows'),
      unweighed: z.int().min(0).describe('components and rests that nobody weighed'),
    })
    .describe('mass that no figure of the report speaks of'),
});
export type CriticalMineralsAnswer = z.infer<typeof criticalMineralsAnswer>;
