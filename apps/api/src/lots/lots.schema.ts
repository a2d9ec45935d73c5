import { CUSTODY_MODELS, LOT_ORIGINS, LOT_STATES, MATERIAL_STREAMS } from '#contracts';
import { z } from 'zod';
import { classesAnswer } from '../answers/classes.schema.js';
import { asOfQuery } from '../answers/as-of.js';
import { pageQuery } from '../answers/cursor.js';
import { decimalCount, decimalMg, logIndex, time, turnover } from '../answers/fields.js';
import { exceptionAnswer } from '../exceptions/exceptions.schema.js';
import { factAnswer } from '../runs/runs.schema.js';
import { gradingAnswer, shareAnswer } from './composition.schema.js';

const lotStatus = z.enum(LOT_STATES);
const stream = z.enum([...MATERIAL_STREAMS, 'unknown']);

export const lotsQuery = z.strictObject({
  stream: stream.optional(),
  state: lotStatus.optional(),
  grade: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('the best grade that it was found to keep; else declared grade or target class'),
  q: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,128}$/, 'letters, digits, dot, dash and underscore only')
    .optional()
    .describe('prefix of the lot id, with or without the site; orders by id, else newest first'),
  site: z.string().optional(),
  ...asOfQuery,
  ...pageQuery,
});

export const lotAnswer = z.strictObject({
  siteId: z.string(),
  lotId: z.string(),
  state: lotStatus,
  stream,
  grade: z.string().describe('declared grade or target class'),
  visitId: z.string().nullable(),
  runId: z.string().nullable(),
  model: z
    .enum(CUSTODY_MODELS)
    .nullable()
    .describe('chain of custody, ISO 22095; null: not known what the lot is made of'),
  pass: z.int().describe('runs that the material went through; 2 and more is rework'),
  place: z.string().nullable().describe('bay, bunker or pile'),
  keepsGrade: z
    .string()
    .nullable()
    .describe('the best grade that it was found to keep; null: none, or it was not graded'),
  weighedMg: decimalMg.describe('what the book W holds of the lot'),
  pieces: decimalCount,
  openedTime: time,
  openedIndex: logIndex,
  changedIndex: logIndex,
});
export type LotAnswer = z.infer<typeof lotAnswer>;

const assayAnswer = z.strictObject({
  assayId: z.string(),
  logIndex,
  method: z.string(),
  fractions: z.array(
    z.strictObject({
      analyte: z.string(),
      ppm: z.int().describe('by mass'),
      uncertaintyPpm: z.int().describe('standard uncertainty, k = 1'),
    }),
  ),
  properties: z
    .record(z.string(), z.strictObject({ value: z.int(), uncertainty: z.int() }))
    .describe('what is no share of the mass, by its name with the unit'),
});

const measuredShare = z.strictObject({ ppm: z.int(), uncertaintyPpm: z.int() });

const inspectionAnswer = z.strictObject({
  logIndex,
  moisture: measuredShare.nullable(),
  contamination: measuredShare.nullable(),
});

const contribution = z.strictObject({
  via: z.enum(['run', 'blend', 'split', 'move', 'count']),
  runId: z.string().nullable(),
  massMg: decimalMg.describe(
    'what came from the parent; of a run what it put into this lot, shared by its feeds',
  ),
  fedMg: decimalMg.nullable().describe('of a run: what the parent fed to it altogether'),
});
export type ContributionAnswer = z.infer<typeof contribution>;

const parentAnswer = lotAnswer.extend({ contributions: z.array(contribution) });

const custodyAnswer = z.strictObject({
  model: z.enum(CUSTODY_MODELS),
  origin: z.string().nullable().describe('identity-preserved: the one lot that it came in as'),
  shares: z
    .array(
      z.strictObject({
        characteristic: z.string(),
        numerator: decimalCount,
        denominator: decimalCount,
      }),
    )
    .describe('exact shares by mass of what is specified of the material'),
});

const quarantineAnswer = z.strictObject({
  reason: z.string(),
  mandatory: z.boolean().describe('only a release with evidence ends it'),
  sinceIndex: logIndex,
});

const moistureAnswer = z.strictObject({
  ppm: z.int(),
  uncertaintyPpm: z.int().nullable().describe('null: nobody stated it'),
  basis: z.enum(['wet', 'dry']),
  logIndex,
});

const declaredContent = z.strictObject({
  analyte: z.string(),
  ppm: z.int(),
  uncertaintyPpm: z.int().nullable(),
});

const commercial = z.strictObject({
  scaleMg: decimalMg.describe('what the book W holds of the lot, water included'),
  dryMg: decimalMg,
  commercialMg: decimalMg.describe('dry mass with the moisture regain of its fibres'),
  uncertaintyMg: decimalMg.describe(
    'of `commercialMg`, k = 1: scale and fibre shares; nobody states that of moisture and regain',
  ),
  moisturePpm: z.int().describe('water, of the mass as it lies'),
  fibres: z.array(z.strictObject({ fibre: z.string(), ppm: z.int(), regainPpm: z.int() })),
});
export type CommercialAnswer = z.infer<typeof commercial>;

const batteryShare = z.strictObject({
  chemistry: z.string(),
  targetsOf: z.string().describe('kind of battery that targets of (EU) 2023/1542 are set for'),
  by: z.enum(['bench', 'assay', 'ticket']),
  basis: z.enum(['measured', 'declared']),
  sharePpm: z.int().describe('by mass, of the batteries that the same source speaks of'),
  uncertaintyPpm: z.int().nullable().describe('standard uncertainty, k = 1; null: none is stated'),
  massMg: decimalMg.nullable().describe('of `bench`'),
  count: decimalCount.nullable().describe('of `bench`'),
});
export type BatteryShareAnswer = z.infer<typeof batteryShare>;

export const lotDetailAnswer = lotAnswer.extend({
  origin: z.enum(LOT_ORIGINS),
  custody: custodyAnswer.nullable(),
  quarantine: quarantineAnswer.nullable().describe('kept of a closed lot'),
  successor: z.string().nullable().describe('the lot that it became as a whole'),
  moisture: moistureAnswer.nullable(),
  inspection: inspectionAnswer
    .nullable()
    .describe('what the gate measured of the load that it came in as the only lot'),
  ewc: z.string().nullable(),
  originText: z.string().nullable(),
  weighed: turnover.describe('book W'),
  weighedUncertaintyMg: decimalMg.describe('standard uncertainty of what came in and went out'),
  variance: turnover.describe('mass that the bookings could not explain when they came'),
  estimated: z.array(turnover.extend({ class: z.string() })).describe('book E, by class'),
  receivedMg: decimalMg,
  dispatchedMg: decimalMg,
  assays: z.array(assayAnswer),
  commercial: commercial
    .nullable()
    .describe('of textiles, where moisture and fibres were measured; never instead of `weighed`'),
  classes: classesAnswer.describe(
    'what runs put into it by class, as said and as it most likely is',
  ),
  batteries: z
    .array(batteryShare)
    .describe('chemistries, by each source that speaks of them; empty: none does'),
  declaredContents: z
    .array(declaredContent)
    .describe('what the supplier says is in it; never mixed with what is measured'),
  composition: z.array(shareAnswer).describe('what is known, by analyte'),
  grading: gradingAnswer
    .nullable()
    .describe('null: its class is no grade of a book, or nothing was measured that it bounds'),
  parents: z.array(parentAnswer),
  children: z.array(lotAnswer).describe('at most 200, by id'),
  facts: z.array(factAnswer).describe('what the ledger said of the lot, oldest first'),
  exceptions: z.array(exceptionAnswer),
});
export type LotDetailAnswer = z.infer<typeof lotDetailAnswer>;

const GENEALOGY_DEPTH_MAX = 32;
const GENEALOGY_LOTS_MAX = 1_000;

export const genealogyQuery = z.strictObject({
  direction: z.enum(['ancestors', 'descendants', 'both']).default('both'),
  depth: z.coerce
    .number()
    .int()
    .min(1)
    .max(GENEALOGY_DEPTH_MAX)
    .default(8)
    .describe('steps from the lot'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(GENEALOGY_LOTS_MAX)
    .default(200)
    .describe('lots at most'),
  ...asOfQuery,
});

const relative = lotAnswer.extend({
  distance: z
    .int()
    .describe('steps from the lot asked for: negative ancestors, positive descendants'),
});

export const genealogyAnswer = z.strictObject({
  lotId: z.string(),
  lots: z.array(relative).describe('the lot itself first, then nearest first'),
  edges: z.array(
    z.strictObject({
      parentId: z.string(),
      childId: z.string(),
      via: contribution.shape.via,
      massMg: decimalMg.nullable().describe('null: through a run, see its feeds'),
    }),
  ),
  complete: z.boolean().describe('false: there are more, beyond depth or limit'),
});
export type GenealogyAnswer = z.infer<typeof genealogyAnswer>;
