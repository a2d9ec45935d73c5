import { type EstimateLimits, type OutletClasses, RULES } from '#custody';
import type { Estimate } from '#materials';
import type { ClassesAnswer, EstimateAnswer } from './classes.schema.js';

/** By the newest rules: an answer is no decision, so it need not be of its run's time. */
export const sorterErrors = (): EstimateLimits => RULES.get(Math.max(...RULES.keys()))!.estimates;

export const estimateAnswerOf = ({ value, deviation }: Estimate): EstimateAnswer => ({
  value,
  uncertainty: deviation,
});

export const estimateOrNull = (figure: Estimate | null): EstimateAnswer | null =>
  figure === null ? null : estimateAnswerOf(figure);

export const classesAnswerOf = ({
  massMg,
  notCorrected,
  shares,
}: OutletClasses): ClassesAnswer => ({
  massMg: String(massMg),
  notCorrected,
  shares: shares.map((share) => ({
    class: share.class,
    observed: share.observed,
    corrected: estimateOrNull(share.corrected),
  })),
});
