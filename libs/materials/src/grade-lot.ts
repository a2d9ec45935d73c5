import type { Grade, GradeBook, GradeLimit } from './books/grades.js';
import { type Estimate, rootSumSquare } from './estimate.js';
import { exactLog, normalCdf } from './exact-math.js';
import { type IndirectBasis, type LotShare, ONE_SIDED_95, intervalOf } from './lot-composition.js';

/** What is known of a lot when it is graded. Names are those of the limits. */
export interface LotFindings {
  /** Elements, fibres, `sterile`, `moisture`, `non-textile`: shares, ppm. */
  readonly shares: Readonly<Record<string, LotShare | undefined>>;
  /** `bulk-density`, `thickness`, `largest-piece`, in the unit of the limits. */
  readonly properties: Readonly<Record<string, Estimate | undefined>>;
}

/**
 * `accepted`: the one-sided 95 % limit keeps the bound. `rejected`: the mean itself breaks it.
 * `undecided`: between. `not-assessed`: nobody measured it, and nothing is claimed.
 */
export type LimitVerdict = 'accepted' | 'rejected' | 'undecided' | 'not-assessed';

export interface LimitFinding {
  readonly limit: GradeLimit;
  readonly verdict: LimitVerdict;
  /** Absent: not assessed. */
  readonly found?: Estimate;
  readonly parts?: LotShare['parts'];
  /** Of the weakest share in it. Absent: readings and assays. */
  readonly basis?: IndirectBasis;
  /** One-sided 95 % limit of the mean, towards the bound. */
  readonly confidenceLimit?: number;
  readonly offSpecPpm?: number;
}

export interface GradeFinding {
  readonly grade: string;
  readonly verdict: LimitVerdict;
  readonly limits: readonly LimitFinding[];
  /** Probability that any assessed limit is broken; limits are taken as independent. */
  readonly offSpecPpm: number;
  /** What the book asks for and nobody assessed, in words. */
  readonly notAssessed: readonly string[];
}

const PPM = 1_000_000;

/** Sum of shares, each part by root sum square: analytes err independently. */
function shareOf(limit: GradeLimit, findings: LotFindings): LotShare | undefined {
  const shares = limit.of.map((name) => findings.shares[name]);
  if (shares.some((share) => share === undefined)) return undefined;
  const known = shares as readonly LotShare[];
  const part = (name: keyof LotShare['parts']): number =>
    rootSumSquare(...known.map(({ parts }) => parts[name]));
  const basis = known.find((share) => share.basis !== undefined)?.basis;
  return {
    ...(basis === undefined ? {} : { basis }),
    value: known.reduce((sum, { value }) => sum + value, 0),
    deviation: rootSumSquare(...known.map(({ deviation }) => deviation)),
    parts: {
      sampling: part('sampling'),
      noise: part('noise'),
      placement: part('placement'),
      bias: part('bias'),
      assay: part('assay'),
    },
    pieces: known.reduce(
      (least, { pieces }) => (pieces < least ? pieces : least),
      known[0]!.pieces,
    ),
    censored: known.reduce((sum, { censored }) => sum + censored, 0),
  };
}

/** P(true value above `bound`), on the logarithmic scale that intervals are on. */
export function chanceAbove({ value, deviation }: Estimate, bound: number): number {
  if (deviation === 0) return value > bound ? 1 : 0;
  if (value <= 0) return normalCdf((value - bound) / deviation);
  if (bound <= 0) return 1;
  return normalCdf((exactLog(value / bound) * value) / deviation);
}

function judgeLimit(limit: GradeLimit, findings: LotFindings): LimitFinding {
  const share = limit.unit === 'ppm' ? shareOf(limit, findings) : undefined;
  const found = share ?? (limit.unit === 'ppm' ? undefined : findings.properties[limit.of[0]!]);
  if (found === undefined) return { limit, verdict: 'not-assessed' };
  const isMost = limit.most !== undefined;
  const bound = limit.most ?? limit.least!;
  const { low, high } = intervalOf(found, ONE_SIDED_95);
  const breaks = isMost ? found.value > bound : found.value < bound;
  const keeps = isMost ? high <= bound : low >= bound;
  const above = chanceAbove(found, bound);
  return {
    limit,
    verdict: breaks ? 'rejected' : keeps ? 'accepted' : 'undecided',
    found: { value: found.value, deviation: found.deviation },
    ...(share === undefined ? {} : { parts: share.parts }),
    ...(share?.basis === undefined ? {} : { basis: share.basis }),
    confidenceLimit: isMost ? high : low,
    offSpecPpm: Math.floor((isMost ? above : 1 - above) * PPM + 0.5),
  };
}

const nameOf = ({ of, unit, most, least }: GradeLimit): string =>
  `${of.join(' + ')} ${most === undefined ? 'at least' : 'at most'} ${most ?? least} ${unit}`;

/** A lot held against one grade. A grade of which nothing was assessed is not assessed. */
export function judgeGrade(grade: Grade, findings: LotFindings): GradeFinding {
  const limits = grade.limits.map((limit) => judgeLimit(limit, findings));
  const assessed = limits.filter(({ verdict }) => verdict !== 'not-assessed');
  let keeps = 1;
  for (const { offSpecPpm } of assessed) keeps *= 1 - offSpecPpm! / PPM;
  const verdictOf = (): LimitVerdict => {
    if (assessed.length === 0) return 'not-assessed';
    if (assessed.some(({ verdict }) => verdict === 'rejected')) return 'rejected';
    return assessed.every(({ verdict }) => verdict === 'accepted') ? 'accepted' : 'undecided';
  };
  return {
    grade: grade.grade,
    verdict: verdictOf(),
    limits,
    offSpecPpm: Math.floor((1 - keeps) * PPM + 0.5),
    notAssessed: [
      ...limits
        .filter(({ verdict }) => verdict === 'not-assessed')
        .map(({ limit }) => nameOf(limit)),
      ...(grade.alsoAsks ?? []),
    ],
  };
}

/**
 * What a lot that is held against a grade may be sold as in the same book: grades of its form. A
 * grade without form is alone, unless its book goes by shares and gives no grade a form.
 */
export function gradesOfForm(book: GradeBook, wanted: string): readonly string[] {
  const form = book.grades.find(({ grade }) => grade === wanted)?.form?.form;
  if (form === undefined && !isBySharesAlone(book)) return [wanted];
  return book.grades.filter((grade) => grade.form?.form === form).map(({ grade }) => grade);
}

const isBySharesAlone = ({ grades }: GradeBook): boolean =>
  grades.every(
    ({ form, limits }) => form === undefined && limits.every(({ unit }) => unit === 'ppm'),
  );

export const judgeBook = (book: GradeBook, findings: LotFindings): readonly GradeFinding[] =>
  book.grades.map((grade) => judgeGrade(grade, findings));
