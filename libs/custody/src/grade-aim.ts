import type { DataOf } from '#contracts';
import { GRADE_BOOKS, type GradeBook } from '#materials';
import type { Folding } from './folding.js';
import type { LotState } from './model.js';

/** Day of the stream's time. */
export const today = ({ site }: Folding): string =>
  new Date(site.streamTimeMs).toISOString().slice(0, 10);

/** What a lot is to be held against. */
export type Aim = Pick<LotState, 'stream' | 'materialClass' | 'targetGrade' | 'gradeBook'>;

/** On a day (`2026-11-24`). */
const isInForce = ({ validFrom, validTo }: GradeBook, day: string): boolean =>
  validFrom <= day && (validTo === undefined || day <= validTo);

/**
 * The book that names what a lot is to be held against, on a day: the one that a request named while
 * it is in force, else the first. A lot whose class is no grade of any book is not graded: nobody has
 * said what it is to be held against.
 */
export function gradeBookOf(aim: Aim, day: string): GradeBook | undefined {
  const books = GRADE_BOOKS.filter(
    (book) =>
      book.stream === aim.stream &&
      isInForce(book, day) &&
      book.grades.some(({ grade }) => grade === wantedGrade(aim)),
  );
  return books.find((book) => versionOf(book) === aim.gradeBook) ?? books[0];
}

export const versionOf = ({ book, version }: GradeBook): string => `${book}@${version}`;

/** What the lot was declared as, or is meant for. */
export const wantedGrade = ({ targetGrade, materialClass }: Aim): string =>
  targetGrade ?? materialClass;

/** By `<book>@<version>`, in force or not. */
export const bookNamed = (name: string): GradeBook | undefined =>
  GRADE_BOOKS.find((book) => versionOf(book) === name);

/** What the request holds the lot against, or why it cannot be. */
export function aimOf(
  day: string,
  { stream, materialClass, targetGrade, gradeBook }: LotState,
  { grade, book: named }: DataOf<'gradingRequested'>,
): Aim | string {
  const kept = targetGrade === undefined ? {} : { targetGrade };
  const aim: Aim = {
    stream,
    materialClass,
    ...(grade === undefined ? kept : { targetGrade: grade }),
  };
  if (named === undefined) {
    const pinned = grade === undefined && gradeBook !== undefined ? { gradeBook } : {};
    if (gradeBookOf({ ...aim, ...pinned }, day) !== undefined) return { ...aim, ...pinned };
    return `no book of grades in force names "${wantedGrade(aim)}" for ${stream}`;
  }
  const [book] = GRADE_BOOKS.filter(
    (one) =>
      one.book === named.name &&
      one.version === (named.version ?? one.version) &&
      isInForce(one, day),
  ).sort((a, b) => b.version - a.version);
  if (book === undefined) return `no book of grades in force is called "${named.name}"`;
  const pinned = { ...aim, gradeBook: versionOf(book) };
  if (gradeBookOf(pinned, day) === book) return pinned;
  return `"${versionOf(book)}" has no grade "${wantedGrade(aim)}" for ${stream}`;
}
