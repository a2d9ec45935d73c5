import { type LotState, compositionOf, gradingOf } from '#custody';
import { type LimitFinding, TWO_SIDED_95, intervalOf, referenceOf } from '#materials';
import type { GradingAnswer, ShareAnswer } from './composition.schema.js';

/** Shares are at most a million; the upper end of an interval may be any figure beyond. */
const END_MAX = 10_000_000;

const rounded = (ppm: number): number => Math.floor(Math.min(ppm, END_MAX) + 0.5);

export const compositionAnswerOf = (lot: LotState): ShareAnswer[] =>
  [...compositionOf(lot)].map(([analyte, share]) => {
    const { low, high } = intervalOf(share, TWO_SIDED_95);
    return {
      analyte,
      meanPpm: rounded(share.value),
      uncertaintyPpm: rounded(share.deviation),
      samplingPpm: rounded(share.parts.sampling),
      noisePpm: rounded(share.parts.noise),
      biasPpm: rounded(share.parts.bias),
      assayPpm: rounded(share.parts.assay),
      lowPpm: rounded(low),
      highPpm: rounded(high),
    };
  });

/** What the ledger stated of the lot last, with what it did not state: remedies. */
export function gradingAnswerOf(lot: LotState): GradingAnswer | null {
  const judged = gradingOf(lot);
  if (judged === null || lot.graded === undefined) return null;
  const { declared, verdict, grading, nextBest } = judged;
  const { book: name, version, digest } = referenceOf(judged.book);
  return {
    grade: declared.grade,
    verdict,
    offSpecPpm: declared.offSpecPpm,
    book: { name, version, digest },
    limits: declared.limits.map(limitAnswerOf),
    notAssessed: [...declared.notAssessed],
    nextBestGrade: nextBest ?? null,
    reach: grading.above === undefined ? null : reachOf(grading.above),
    logIndex: lot.graded.logIndex,
  };
}

const limitAnswerOf = (finding: LimitFinding): GradingAnswer['limits'][number] => ({
  of: [...finding.limit.of],
  unit: finding.limit.unit,
  bound: finding.limit.most === undefined ? 'min' : 'max',
  limit: finding.limit.most ?? finding.limit.least!,
  verdict: finding.verdict,
  meanPpm: figureOf(finding.found?.value),
  confidenceLimitPpm: figureOf(finding.confidenceLimit),
  offSpecPpm: finding.offSpecPpm ?? null,
});

const figureOf = (figure: number | undefined): number | null =>
  figure === undefined ? null : rounded(figure);

const reachOf = ({
  grade,
  remedies,
}: NonNullable<NonNullable<ReturnType<typeof gradingOf>>['grading']['above']>): NonNullable<
  GradingAnswer['reach']
> => ({
  grade,
  remedies: remedies.map((remedy) => ({
    kind: remedy.kind,
    of: remedy.of,
    uncertaintyPpm: remedy.kind === 'assay' ? remedy.uncertaintyPpm : null,
  })),
});
