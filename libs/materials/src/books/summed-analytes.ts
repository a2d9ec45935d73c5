import { FIBRES } from './fibres.js';
import type { GradeBook, GradeLimit } from './grades.js';
import { GRADE_BOOKS } from './library.js';

const shares = (books: readonly GradeBook[]): GradeLimit[] =>
  books
    .flatMap(({ grades }) => grades.flatMap(({ limits }) => limits))
    .filter(({ unit }) => unit === 'ppm');

const names = (limits: readonly GradeLimit[]): readonly string[] =>
  [...new Set(limits.flatMap(({ of }) => of))].sort();

/**
 * Whose readings are summed: what some book of grades bounds, alone or in a sum, and every fibre, for
 * the trade pays by what moisture each may hold. Nothing else decides a grade or a price. By name
 * alone, whatever stream it is of, for a piece may be read before its stream is known.
 */
export const SUMMED_ANALYTES: readonly string[] = [
  ...new Set([...names(shares(GRADE_BOOKS)), ...FIBRES.fibres.map(({ fibre }) => fibre)]),
].sort();

/** Those of which a few rich pieces can spoil a lot: bounded from above, and not in a sum. */
export const CAPPED_ANALYTES = names(
  shares(GRADE_BOOKS).filter(({ of, most }) => most !== undefined && of.length === 1),
);
