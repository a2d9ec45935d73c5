import {
  type Assay,
  GRADE_BOOKS,
  type GradeBook,
  type GradeFinding,
  type Grading,
  type LimitFinding,
  type LotShare,
  gradeLot,
  lotShare,
  referenceOf,
} from '#materials';
import { type Statement, fact } from './facts.js';
import type { Folding } from './folding.js';
import type { LotState } from './model.js';

/** A lot held against the grade that it is declared as. */
interface Judged {
  readonly book: GradeBook;
  readonly declared: GradeFinding;
  readonly verdict: Statement<'lotGraded'>['verdict'];
  readonly grading: Grading;
  /** The best other grade of the book that it keeps. */
  readonly nextBest: string | undefined;
}

/**
 * Share of each analyte in a lot, by assays: of several with one id the newest counts, and different
 * ones are combined by their uncertainty.
 */
export function sharesOf({ assays, receivedMg }: LotState): Map<string, LotShare> {
  const newest = new Map(assays.map((assay) => [assay.assayId, assay]));
  const found = new Map<string, Assay[]>();
  for (const { fractions } of newest.values()) {
    for (const { analyte, ppm, uncertaintyPpm } of fractions) {
      found.set(analyte, [...(found.get(analyte) ?? []), { ppm, uncertaintyPpm }]);
    }
  }
  const shares = new Map<string, LotShare>();
  for (const analyte of [...found.keys()].sort()) {
    const share = lotShare({ lotMassMg: receivedMg, scans: [], assays: found.get(analyte)! });
    if (share !== undefined) shares.set(analyte, share);
  }
  return shares;
}

/**
 * The book that names the lot's declared grade, or target class, on a day (`2026-11-24`). A lot whose
 * class is no grade of any book is not graded: nobody has said what it is to be held against.
 */
const gradeBookOf = (lot: LotState, day: string): GradeBook | undefined =>
  GRADE_BOOKS.find(
    ({ stream, validFrom, validTo, grades }) =>
      stream === lot.stream &&
      validFrom <= day &&
      (validTo === undefined || day <= validTo) &&
      grades.some(({ grade }) => grade === lot.materialClass),
  );

/** Null: nothing that the declared grade bounds was measured. */
function judgeLot(lot: LotState, book: GradeBook): Judged | null {
  const grading = gradeLot({
    book,
    // Prices are a feed, and never part of a rule.
    prices: undefined,
    lotMassMg: lot.receivedMg,
    findings: { shares: Object.fromEntries(sharesOf(lot)), properties: {} },
    ...(isBySharesAlone(book) ? {} : { eligible: [lot.materialClass] }),
    richest: {},
  });
  const declared = grading.findings.find(({ grade }) => grade === lot.materialClass);
  if (declared === undefined) return null;
  const { verdict } = declared;
  if (verdict === 'not-assessed') return null;
  const best = grading.grade?.grade;
  const nextBest = best === lot.materialClass ? grading.nextBest?.grade : best;
  return { book, declared, verdict, grading, nextBest };
}

/** Where form counts too, chemistry does not make shred into turnings. */
const isBySharesAlone = ({ grades }: GradeBook): boolean =>
  grades.every(({ limits }) => limits.every(({ unit }) => unit === 'ppm'));

/** States what the lot is by what is known of it now; the facts of before stay in the log. */
export function grade(folding: Folding, lot: LotState): void {
  const day = new Date(folding.site.streamTimeMs).toISOString().slice(0, 10);
  const book = gradeBookOf(lot, day);
  const judged = book === undefined ? null : judgeLot(lot, book);
  if (judged === null) {
    delete lot.graded;
    return;
  }
  const before = lot.graded;
  const { seq, logIndex } = fact(folding, 'lotGraded', lot.lotId, {
    ...statementOf(lot, judged),
    ...(before?.grade === judged.declared.grade ? { supersedes: before.seq } : {}),
  });
  const { name, version } = nameOf(judged.book);
  lot.graded = {
    grade: judged.declared.grade,
    keeps: judged.grading.grade?.grade ?? null,
    book: `${name}@${version}`,
    seq,
    logIndex,
  };
}

/** The grading that a lot's state tells of, by what is known of the lot now. */
export function gradingOf(lot: LotState): Judged | null {
  const name = lot.graded?.book;
  const book = GRADE_BOOKS.find((one) => `${one.book}@${one.version}` === name);
  return book === undefined ? null : judgeLot(lot, book);
}

const nameOf = (book: GradeBook): Statement<'lotGraded'>['book'] => {
  const { book: name, version, digest } = referenceOf(book);
  return { name, version, digest };
};

/** What the fact says, without what it replaces. */
const statementOf = (
  lot: LotState,
  { book, declared, verdict, nextBest }: Judged,
): Statement<'lotGraded'> => ({
  lotId: lot.lotId,
  grade: declared.grade,
  verdict,
  book: nameOf(book),
  limits: declared.limits.flatMap(limitsOf),
  offSpecPpm: declared.offSpecPpm,
  ...(nextBest === undefined ? {} : { nextBestGrade: nextBest }),
  notAssessed: declared.notAssessed.slice(0, NOT_ASSESSED_MAX),
  evidence: {
    pieces: 0,
    readMg: '0',
    lotMg: lot.receivedMg.toString(),
    assays: [...new Set(lot.assays.map(({ assayId }) => assayId))],
    calibrations: [],
  },
});

/** One that was assessed. */
function limitsOf(finding: LimitFinding): Statement<'lotGraded'>['limits'] {
  const { limit, found, parts, confidenceLimit, offSpecPpm } = finding;
  if (found === undefined || parts === undefined) return [];
  return [
    {
      analytes: [...limit.of],
      bound: limit.most === undefined ? 'min' : 'max',
      limitPpm: limit.most ?? limit.least!,
      meanPpm: rounded(found.value),
      samplingPpm: rounded(parts.sampling),
      noisePpm: rounded(parts.noise),
      biasPpm: rounded(parts.bias),
      assayPpm: rounded(parts.assay),
      confidenceLimitPpm: rounded(confidenceLimit!, BOUND_MAX),
      offSpecPpm: offSpecPpm!,
    },
  ];
}

const NOT_ASSESSED_MAX = 32;
/** End of an interval on a logarithmic scale: any figure is as good as this one. */
const BOUND_MAX = 10_000_000;

const rounded = (figure: number, most = 1_000_000): number =>
  Math.floor(Math.min(most, figure) + 0.5);
