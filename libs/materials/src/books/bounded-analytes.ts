import type { GradeBook, GradeLimit } from './grades.js';
import { GRADE_BOOKS } from './library.js';

const shares = (books: readonly GradeBook[]): GradeLimit[] =>
  books
    .flatMap(({ grades }) => grades.flatMap(({ limits }) => limits))
    .filter(({ unit }) => unit === 'ppm');

const names = (limits: readonly GradeLimit[]): readonly string[] =>
  [...new Set(limits.flatMap(({ of }) => of))].sort();

/**
 * What some book of grades bounds, alone or in a sum: readings of anything else decide no grade.
 * By name alone, whatever stream a book is of, for a piece may be read before its stream is known.
 */
export const BOUNDED_ANALYTES = names(shares(GRADE_BOOKS));

/** Those of which a few rich pieces can spoil a lot: bounded from above, and not in a sum. */
export const CAPPED_ANALYTES = names(
  shares(GRADE_BOOKS).filter(({ of, most }) => most !== undefined && of.length === 1),
);
