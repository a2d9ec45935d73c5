import type { Book } from './book.js';

/**
 * One bound of a grade. What it is about is a sum of analytes (elements, fibres or properties of the
 * lot such as `sterile`), because several books bound sums: Cr + Ni + Mo.
 */
export interface GradeLimit {
  readonly of: readonly string[];
  readonly unit: LimitUnit;
  /** Upper bound, in `unit`. Exactly one of `most` and `least` is given. */
  readonly most?: number;
  readonly least?: number;
  /** Key in the book's `sources`. */
  readonly source: string;
}

/** ppm by mass; a length in mm; a bulk density in kg per cubic metre. */
export const LIMIT_UNITS = ['ppm', 'mm', 'kg-per-m3'] as const;
export type LimitUnit = (typeof LIMIT_UNITS)[number];

/**
 * What sorting and chemistry cannot turn into another: a lot may be sold as another grade of its own
 * form, and as none of another. The words are those of the book.
 */
export interface GradeForm {
  readonly form: string;
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface Grade {
  readonly grade: string;
  readonly name: string;
  /** Absent: the book is about what is in the lot alone. */
  readonly form?: GradeForm;
  readonly limits: readonly GradeLimit[];
  /** What the book also asks for and nobody measures here: always "not assessed". */
  readonly alsoAsks?: readonly string[];
}

/** What a buyer calls a lot. Best grade first where the book has an order. */
export interface GradeBook extends Book {
  readonly stream: 'steel' | 'ewaste' | 'textiles';
  /** Whose words they are: a federation, a standard, a customer. */
  readonly issuer: string;
  /** Last day on which it may be used; open if not given. */
  readonly validTo?: string;
  /** What of the document is not in here, and why. */
  readonly gaps: readonly string[];
  readonly grades: readonly Grade[];
}

type Limits = Omit<GradeLimit, 'of' | 'unit'>;

/** A bound on a mass share, ppm. */
const share = (of: readonly string[], bound: Limits): GradeLimit => ({
  of,
  unit: 'ppm',
  ...bound,
});

export const atMost = (of: readonly string[], most: number, source: string): GradeLimit =>
  share(of, { most, source });

export const formOf = (form: string, source: string): GradeForm => ({ form, source });

export const atLeast = (of: readonly string[], least: number, source: string): GradeLimit =>
  share(of, { least, source });

export const length = (of: string, bound: Limits): GradeLimit => ({
  of: [of],
  unit: 'mm',
  ...bound,
});

export const density = (least: number, source: string): GradeLimit => ({
  of: ['bulk-density'],
  unit: 'kg-per-m3',
  least,
  source,
});
