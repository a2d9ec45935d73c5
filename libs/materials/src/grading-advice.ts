import type { GradeBook } from './books/grades.js';
import type { PriceBook } from './books/prices.js';
import {
  type GradeFinding,
  type LimitFinding,
  type LotFindings,
  chanceAbove,
  judgeBook,
} from './grade-lot.js';
import { ONE_SIDED_95 } from './lot-composition.js';
import type { RichPiece } from './richest-pieces.js';
import { exactLog } from './exact-math.js';

/** Hundredths of a currency, signed, with the code of ISO 4217. */
export interface Value {
  readonly minor: bigint;
  readonly currency: string;
}

/** What would bring a lot to a grade that it is not accepted as. */
export type Remedy =
  | {
      readonly kind: 'remove-pieces';
      readonly of: string;
      readonly pieces: readonly RichPiece[];
      /** The share without them, and the probability that it still breaks the limit. */
      readonly meanPpm: number;
      readonly offSpecPpm: number;
    }
  /** An assay with a standard uncertainty of at most this would decide, if the mean holds. */
  | { readonly kind: 'assay'; readonly of: string; readonly uncertaintyPpm: number }
  | { readonly kind: 'sort-again'; readonly of: string };

export interface Grading {
  readonly findings: readonly GradeFinding[];
  /** The most valuable grade that the lot is accepted as. */
  readonly grade: GradeFinding | undefined;
  /** The most valuable one below it: what a downgrade leads to. */
  readonly nextBest: GradeFinding | undefined;
  /** What the lot loses when it is downgraded; absent where a price is missing. */
  readonly downgrade?: Value;
  /** A more valuable grade that is nearest to being reached, and what to do for it. */
  readonly above?: {
    readonly grade: string;
    readonly gain?: Value;
    readonly remedies: readonly Remedy[];
  };
}

export interface GradingInput {
  readonly book: GradeBook;
  readonly prices: PriceBook | undefined;
  readonly lotMassMg: bigint;
  readonly findings: LotFindings;
  /**
   * Grades that the lot may be sold as; absent: all. Chemistry alone does not make shred into
   * machinery parts.
   */
  readonly eligible?: readonly string[];
  /** By analyte, richest first. */
  readonly richest: Readonly<Record<string, readonly RichPiece[] | undefined>>;
}

const MG_PER_TONNE = 1_000_000_000n;

/**
 * Grades a lot by a book. Grades are ranked by price where there is a price book with all of them,
 * else by their order in the book, best first.
 */
export function gradeLot(input: GradingInput): Grading {
  const { book, findings } = input;
  const { eligible } = input;
  const judged = judgeBook(book, findings).filter(
    ({ grade }) => eligible === undefined || eligible.includes(grade),
  );
  const ranked = rank(judged, input);
  const at = ranked.findIndex(({ verdict }) => verdict === 'accepted');
  const grade = at < 0 ? undefined : ranked[at];
  const nextBest =
    at < 0 ? undefined : ranked.slice(at + 1).find(({ verdict }) => verdict === 'accepted');
  const missed = ranked
    .slice(0, at < 0 ? ranked.length : at)
    .filter(({ verdict }) => verdict !== 'not-assessed');
  // The one that it most probably keeps; of equals the more valuable.
  const [wanted] = [...missed].sort((a, b) => a.offSpecPpm - b.offSpecPpm);
  const downgrade = difference(input, grade, nextBest);
  const gain = difference(input, wanted, grade);
  return {
    findings: judged,
    grade,
    nextBest,
    ...(downgrade === undefined ? {} : { downgrade }),
    ...(wanted === undefined
      ? {}
      : {
          above: {
            grade: wanted.grade,
            ...(gain === undefined ? {} : { gain }),
            remedies: wanted.limits.flatMap((limit) => remediesOf(limit, input)),
          },
        }),
  };
}

function priceOf(
  { book, prices }: Pick<GradingInput, 'book' | 'prices'>,
  grade: string,
): number | undefined {
  return prices?.prices.find(({ item }) => item === `${book.book}:${grade}`)?.minorPerTonne;
}

const ungradedPrice = ({ book, prices }: Pick<GradingInput, 'book' | 'prices'>) =>
  prices?.prices.find(({ item }) => item === `ungraded:${book.stream}`)?.minorPerTonne;

function rank(judged: readonly GradeFinding[], input: GradingInput): readonly GradeFinding[] {
  const priced = judged.map((finding) => ({ finding, price: priceOf(input, finding.grade) }));
  const known = priced.filter(({ finding }) => finding.verdict !== 'not-assessed');
  if (known.some(({ price }) => price === undefined)) return judged;
  return priced.sort((a, b) => (b.price ?? 0) - (a.price ?? 0)).map(({ finding }) => finding);
}

const difference = (
  input: GradingInput,
  better: GradeFinding | undefined,
  worse: GradeFinding | undefined,
): Value | undefined =>
  better === undefined || worse === undefined
    ? undefined
    : valueBetween(input, better.grade, worse.grade);

/**
 * What a lot is worth more as the one grade than as the other, null: as material without a grade.
 * Undefined where a price is missing.
 */
export function valueBetween(
  of: Pick<GradingInput, 'book' | 'prices' | 'lotMassMg'>,
  better: string,
  worse: string | null,
): Value | undefined {
  const high = priceOf(of, better);
  const low = worse === null ? ungradedPrice(of) : priceOf(of, worse);
  if (of.prices === undefined || high === undefined || low === undefined) return undefined;
  const minor = (of.lotMassMg * BigInt(high - low)) / MG_PER_TONNE;
  return { minor, currency: of.prices.currency };
}

function remediesOf(finding: LimitFinding, input: GradingInput): readonly Remedy[] {
  const { limit, verdict, found } = finding;
  if (found === undefined || verdict === 'accepted' || limit.unit !== 'ppm') return [];
  const of = limit.of.join(' + ');
  const bound = limit.most ?? limit.least!;
  const remedies: Remedy[] = [];
  if (limit.most !== undefined && limit.of.length === 1) {
    const enough = enoughPieces(input.richest[limit.of[0]!] ?? [], finding, input.lotMassMg);
    if (enough !== undefined) remedies.push({ kind: 'remove-pieces', of, ...enough });
  }
  const room = room95(found.value, bound);
  // In sums of several analytes nobody can say which of them to assay.
  if (verdict === 'undecided' && limit.of.length === 1) {
    const others = 1 / (found.deviation * found.deviation);
    const needed = 1 / (room * room) - others;
    if (needed > 0) {
      const uncertaintyPpm = Math.floor(1 / Math.sqrt(needed));
      remedies.push({ kind: 'assay', of, uncertaintyPpm });
    }
  }
  return remedies.length > 0 ? remedies : [{ kind: 'sort-again', of }];
}

/** Deviation at which the one-sided limit of a mean would just reach the bound. */
function room95(value: number, bound: number): number {
  const logarithm = exactLog(bound / value);
  return (value * (logarithm < 0 ? -logarithm : logarithm)) / ONE_SIDED_95;
}

/** The fewest of the richest pieces without which the one-sided limit keeps the bound. */
function enoughPieces(
  richest: readonly RichPiece[],
  { limit, confidenceLimit, found }: LimitFinding,
  lotMassMg: bigint,
): Omit<Extract<Remedy, { kind: 'remove-pieces' }>, 'kind' | 'of'> | undefined {
  const stretch = confidenceLimit! / found!.value;
  let massMg = Number(lotMassMg);
  let content = found!.value * massMg;
  for (let count = 0; count < richest.length; count++) {
    const piece = richest[count]!;
    content -= piece.massMg * piece.ppm;
    massMg -= piece.massMg;
    const value = content / massMg;
    if (value * stretch > limit.most!) continue;
    // What is uncertain by a share of itself stays so.
    const left = { value, deviation: (found!.deviation * value) / found!.value };
    return {
      pieces: richest.slice(0, count + 1),
      meanPpm: value,
      offSpecPpm: Math.floor(chanceAbove(left, limit.most!) * 1_000_000 + 0.5),
    };
  }
  return undefined;
}
