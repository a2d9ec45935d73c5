import { type LotState, type RunState, runFigures } from '#custody';
import {
  classesAnswerOf,
  estimateAnswerOf,
  estimateOrNull,
  sorterErrors,
} from '../answers/classes.js';
import type { FiguresAnswer } from './figures.schema.js';

/** What a run made of its feed, by class and by analyte, as it is answered. */
export function figuresAnswerOf(run: RunState, lots: ReadonlyMap<string, LotState>): FiguresAnswer {
  const { classes, outlets, losses } = runFigures(run, lots, sorterErrors());
  return {
    classes: classesAnswerOf(classes.whole),
    outlets: outlets.map((row) => {
      const seen = classes.byOutlet.get(row.outlet);
      return {
        outlet: row.outlet,
        classes: seen === undefined ? null : classesAnswerOf(seen),
        yield: estimateOrNull(row.yield),
        purity: estimateOrNull(row.purity),
        recovery: estimateOrNull(row.recovery),
        analytes: row.analytes.map((figures) => ({
          analyte: figures.analyte,
          sharePpm: estimateAnswerOf(figures.share),
          feedSharePpm: estimateAnswerOf(figures.feedShare),
          recovery: estimateOrNull(figures.recovery),
          enrichment: estimateOrNull(figures.enrichment),
          twoProduct: estimateOrNull(figures.twoProduct),
        })),
      };
    }),
    losses: losses.map((row) => ({ class: row.class, lost: estimateAnswerOf(row.lost) })),
  };
}
