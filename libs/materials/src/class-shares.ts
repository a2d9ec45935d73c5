import { NON_FERROUS_CLASSES } from './books/non-ferrous-classes.js';
import { type CompositionBook, STEEL_CLASSES } from './books/steel-classes.js';
import { TEXTILE_CLASSES } from './books/textile-classes.js';
import { type ClassFraction, shareByClasses } from './class-fractions.js';
import type { Estimate } from './estimate.js';
import { rootSumSquare } from './estimate.js';
import type { LotShare } from './lot-composition.js';

/** What was booked to a lot as a class. */
export interface ClassMass {
  readonly class: string;
  readonly massMg: number;
  /** Standard uncertainty of that mass. */
  readonly deviationMg: number;
}

const BOOKS: Readonly<Record<string, readonly CompositionBook[]>> = {
  steel: [STEEL_CLASSES, NON_FERROUS_CLASSES],
  textiles: [TEXTILE_CLASSES],
};

const { sqrt } = Math;

/**
 * Share of every analyte of a book in a lot of which only masses by class are known. The part that no
 * class was found for, or of a class that the book does not know, is taken to hold what the rest
 * does, give or take what it would if every class of the book were as likely: it widens the share and
 * never hides in it. Nothing is said where that part is the greater one of what was seen, or what was
 * seen is less than half of the lot: that share would be the book's and not the lot's.
 */
export function sharesByClasses(lot: {
  readonly stream: string;
  readonly lotMassMg: number;
  readonly masses: readonly ClassMass[];
}): readonly (readonly [analyte: string, share: LotShare])[] {
  const masses = lot.masses.filter(({ massMg }) => massMg > 0);
  const seenMg = sum(masses);
  const found = (BOOKS[lot.stream] ?? [])
    .map((book) => ({ book, known: masses.filter((mass) => isIn(book, mass)) }))
    // Both are known of metals; the book that knows more of the lot is the one of its line.
    .sort((a, b) => sum(b.known) - sum(a.known))[0];
  if (found === undefined) return [];
  const knownMg = sum(found.known);
  if (knownMg * 2 <= seenMg || seenMg * 2 < lot.lotMassMg) return [];
  const fractions = found.known.map((mass): ClassFraction => ({
    class: mass.class,
    share: mass.massMg / knownMg,
    deviation: mass.deviationMg / knownMg,
  }));
  return analytesOf(found.book).flatMap((analyte) => {
    const share = shareOf(found.book, analyte, { fractions, unresolved: 1 - knownMg / seenMg });
    return share === undefined ? [] : [[analyte, share] as const];
  });
}

function shareOf(
  book: CompositionBook,
  analyte: string,
  known: { readonly fractions: readonly ClassFraction[]; readonly unresolved: number },
): LotShare | undefined {
  const { fractions, unresolved } = known;
  const all = shareByClasses(fractions, book, analyte);
  const exact = fractions.map((fraction) => ({ ...fraction, deviation: 0 }));
  const ofMeans = shareByClasses(exact, book, analyte);
  if (all === undefined || ofMeans === undefined) return undefined;
  const noise = sqrt(Math.max(0, all.deviation ** 2 - ofMeans.deviation ** 2));
  const bias = rootSumSquare(ofMeans.deviation, unresolved * spreadAround(all, book, analyte));
  return {
    value: all.value,
    deviation: rootSumSquare(noise, bias),
    parts: { sampling: 0, noise, placement: 0, bias, assay: 0 },
    pieces: 0n,
    censored: 0,
    basis: 'classes',
  };
}

/** By how much a class that is as likely as any other holds another share. */
function spreadAround({ value }: Estimate, book: CompositionBook, analyte: string): number {
  let squares = 0;
  for (const { composition } of book.classes) {
    const off = (composition[analyte]?.meanPpm ?? 0) - value;
    squares += off * off;
  }
  return sqrt(squares / book.classes.length);
}

const isIn = ({ classes }: CompositionBook, mass: ClassMass): boolean =>
  classes.some((entry) => entry.class === mass.class);

const analytesOf = ({ classes }: CompositionBook): readonly string[] =>
  [...new Set(classes.flatMap(({ composition }) => Object.keys(composition)))].sort();

const sum = (masses: readonly ClassMass[]): number =>
  masses.reduce((total, { massMg }) => total + massMg, 0);
