import { z } from 'zod';
import { decimalCount, decimalMg } from '../answers/fields.js';
import { reportHead, siteReportQuery } from './report.schema.js';

export const weeeQuery = siteReportQuery;

const rate = z
  .strictObject({
    ppm: z.int().describe('of `treatedMg`, so what is still in stock counts against it'),
    leastPpm: z.int().nullable().describe('target of the category; null: none is set'),
  })
  .nullable()
  .describe('null: nothing was treated');

const category = z.strictObject({
  category: z.int().min(1).max(6).nullable().describe('of 2012/19/EU; null: product in no book'),
  name: z.string(),
  devices: decimalCount,
  treatedMg: decimalMg.describe('taken apart or looked through; the sum of what follows it here'),
  preparedForReuseMg: decimalMg.describe('whole devices that left from a lot of class `reuse`'),
  recyclingMg: decimalMg.describe('entered recycling (R2 to R9), less what was not taken there'),
  otherRecoveryMg: decimalMg.describe('entered another recovery (R1, R10, R11), likewise'),
  disposalMg: decimalMg,
  furtherTreatmentMg: decimalMg.describe('sent to preliminary treatment (R12, R13): counted there'),
  unstatedMg: decimalMg.describe('sent, and no dispatch says into which operation'),
  notTakenMg: decimalMg.describe('deducted by the receiving end, or sent back'),
  processMg: decimalMg.describe('fed to runs of this site'),
  stockMg: decimalMg,
  lostMg: decimalMg.describe('in closed lots that nothing is known to have left'),
  unassignedMg: decimalMg.describe('at outlets that no lot stands behind'),
  hazardousMg: decimalMg.describe('of `treatedMg`: taken out as a hazard'),
  recyclingRate: rate.describe('prepared for re-use and recycling'),
  recoveryRate: rate.describe('the same with other recovery'),
});
export type WeeeCategoryAnswer = z.infer<typeof category>;

export const weeeAnswer = z.strictObject({
  ...reportHead,
  categories: z.array(category),
});
export type WeeeAnswer = z.infer<typeof weeeAnswer>;
