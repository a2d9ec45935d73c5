import { z } from 'zod';
import { classesAnswer, estimate } from '../answers/classes.schema.js';

const ofReadings = estimate.nullable().describe('null: not weighed, or none of it was read');

const analyteFigures = z.strictObject({
  analyte: z.string(),
  sharePpm: estimate.describe('by the readings of this run alone, without any assay'),
  feedSharePpm: estimate.describe('of all that was read in the run'),
  recovery: ofReadings.describe('of what the metered feed holds; null: not weighed, or none read'),
  enrichment: ofReadings.describe('its share over that of the feed; null: none was read'),
  twoProduct: ofReadings.describe(
    'recovery by shares alone, a check without masses; null: there are not two outlets',
  ),
});

export const figuresAnswer = z.strictObject({
  classes: classesAnswer.describe('of all outlets together: what the run was fed'),
  outlets: z.array(
    z.strictObject({
      outlet: z.int().min(0),
      classes: classesAnswer.nullable().describe('null: nothing was seen to go to it'),
      yield: estimate.nullable().describe('over the metered feed; null: one was not weighed'),
      purity: estimate
        .nullable()
        .describe('share of its target class; null: see `notCorrected`, or no class of the model'),
      recovery: estimate
        .nullable()
        .describe('of the target class in the metered feed; null: as purity, or not weighed'),
      analytes: z.array(analyteFigures),
    }),
  ),
  losses: z
    .array(z.strictObject({ class: z.string(), lost: estimate }))
    .describe('share of a target class that reached no product outlet which is meant for it'),
});
export type FiguresAnswer = z.infer<typeof figuresAnswer>;
