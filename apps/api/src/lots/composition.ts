import { type LotState, compositionOf, gradingOf, richestOf } from '#custody';
import {
  type LimitFinding,
  type PriceBook,
  type RichPiece,
  TWO_SIDED_95,
  gradesOfForm,
  intervalOf,
  referenceOf,
  valueBetween,
} from '#materials';
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
      placementPpm: rounded(share.parts.placement),
      biasPpm: rounded(share.parts.bias),
      assayPpm: rounded(share.parts.assay),
      lowPpm: rounded(low),
      highPpm: rounded(high),
      pieces: String(share.pieces),
      basis: share.basis ?? 'measured',
    };
  });

/** A book of prices, and whether the log of the lot's site has adopted it; null: none of its name. */
export interface LotPrices {
  readonly book: PriceBook;
  readonly adopted: boolean | null;
}

/** What the ledger stated of the lot last, with what it did not state: remedies and prices. */
export function gradingAnswerOf(lot: LotState, prices: LotPrices): GradingAnswer | null {
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
    otherGrades: gradesOfForm(judged.book, declared.grade).filter((one) => one !== declared.grade),
    downgrade: downgradeOf(lot, judged, prices, nextBest ?? null),
    richest: richestIn(lot, declared),
    reach: grading.above === undefined ? null : reachOf(grading.above),
    logIndex: lot.graded.logIndex,
  };
}

type Judged = NonNullable<ReturnType<typeof gradingOf>>;

/** Prices are a feed of the day; what they say is in no fact. */
function downgradeOf(
  lot: LotState,
  { book, declared }: Judged,
  { book: prices, adopted }: LotPrices,
  grade: string | null,
): GradingAnswer['downgrade'] {
  const value = valueBetween({ book, prices, lotMassMg: lot.receivedMg }, declared.grade, grade);
  if (value === undefined) return null;
  const { book: name, version, digest } = referenceOf(prices);
  const { minor, currency } = value;
  const digits = String(minor < 0n ? -minor : minor).padStart(3, '0');
  const amount = `${minor < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  return {
    grade,
    amount,
    currency,
    prices: { name, version, date: prices.validFrom, digest, adopted },
  };
}

function richestIn(lot: LotState, { limits }: Judged['declared']): GradingAnswer['richest'] {
  const richest = richestOf(lot);
  const bounded = limits.flatMap(({ limit: { of, most } }) =>
    most !== undefined && of.length === 1 ? of : [],
  );
  return bounded.flatMap((analyte) => {
    const pieces = richest[analyte] ?? [];
    return pieces.length === 0 ? [] : [{ analyte, pieces: pieces.map(pieceOf) }];
  });
}

const pieceOf = ({ source, boot, seq, index, massMg, ppm }: RichPiece) => ({
  source,
  boot,
  seq,
  index,
  massMg,
  ppm,
});

const limitAnswerOf = (finding: LimitFinding): GradingAnswer['limits'][number] => ({
  of: [...finding.limit.of],
  unit: finding.limit.unit,
  bound: finding.limit.most === undefined ? 'min' : 'max',
  limit: finding.limit.most ?? finding.limit.least!,
  verdict: finding.verdict,
  mean: figureOf(finding, finding.found?.value),
  basis: finding.found === undefined ? null : (finding.basis ?? 'measured'),
  confidenceLimit: figureOf(finding, finding.confidenceLimit),
  offSpecPpm: finding.offSpecPpm ?? null,
});

/** Shares to the ppm, lengths to the micrometre. */
const figureOf = ({ limit }: LimitFinding, figure: number | undefined): number | null => {
  if (figure === undefined) return null;
  return limit.unit === 'mm' ? rounded(figure * 1_000) / 1_000 : rounded(figure);
};

const reachOf = ({
  grade,
  remedies,
}: NonNullable<Judged['grading']['above']>): NonNullable<GradingAnswer['reach']> => ({
  grade,
  remedies: remedies.map((remedy) => ({
    kind: remedy.kind,
    of: remedy.of,
    uncertaintyPpm: remedy.kind === 'assay' ? remedy.uncertaintyPpm : null,
    ...(remedy.kind === 'remove-pieces'
      ? {
          pieces: remedy.pieces.map(pieceOf),
          meanPpm: rounded(remedy.meanPpm),
          offSpecPpm: remedy.offSpecPpm,
        }
      : { pieces: null, meanPpm: null, offSpecPpm: null }),
  })),
});
