import type { Book } from './book.js';
import { ELEMENTS } from './elements.js';

export interface Compound {
  /** As it is written: `Nd2O3`. */
  readonly formula: string;
  readonly name: string;
  /** Atoms by element; with the elements' molar masses they give every factor. */
  readonly atoms: Readonly<Record<string, number>>;
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface CompoundBook extends Book {
  readonly compounds: readonly Compound[];
}

const compound = (
  formula: string,
  name: string,
  atoms: Readonly<Record<string, number>>,
): Compound => ({ formula, name, atoms, source: 'formula' });

/** Compounds that assays and prices are stated in. */
export const COMPOUNDS: CompoundBook = {
  book: 'compounds',
  version: 1,
  validFrom: '2026-11-01',
  sources: { formula: { basis: 'from-memory', text: 'Chemical formulas as usual in the trade' } },
  compounds: [
    compound('Nd2O3', 'neodymium oxide', { Nd: 2, O: 3 }),
    compound('Pr6O11', 'praseodymium oxide', { Pr: 6, O: 11 }),
    compound('Dy2O3', 'dysprosium oxide', { Dy: 2, O: 3 }),
    compound('Tb4O7', 'terbium oxide', { Tb: 4, O: 7 }),
    compound('Li2CO3', 'lithium carbonate', { Li: 2, C: 1, O: 3 }),
    compound('LiOH', 'lithium hydroxide', { Li: 1, O: 1, H: 1 }),
    compound('LiCoO2', 'lithium cobalt oxide', { Li: 1, Co: 1, O: 2 }),
    compound('Co3O4', 'cobalt oxide', { Co: 3, O: 4 }),
    compound('CoSO4', 'cobalt sulfate', { Co: 1, S: 1, O: 4 }),
    compound('NiSO4', 'nickel sulfate', { Ni: 1, S: 1, O: 4 }),
    compound('Fe2O3', 'iron(III) oxide', { Fe: 2, O: 3 }),
    compound('Fe3O4', 'magnetite', { Fe: 3, O: 4 }),
    compound('Al2O3', 'aluminium oxide', { Al: 2, O: 3 }),
    compound('ZnO', 'zinc oxide', { Zn: 1, O: 1 }),
    compound('PbO', 'lead oxide', { Pb: 1, O: 1 }),
  ],
};

const MOLAR_MASSES = new Map(
  ELEMENTS.elements.map(({ symbol, molarMassMgPerMol }) => [symbol, molarMassMgPerMol]),
);

/**
 * Share of an element in a compound, ppm by mass, rounded half up: 857,000-odd for Nd in Nd2O3.
 * Throws a RangeError for a formula that is in no book, or an element that is not in it.
 */
export function elementSharePpm(formula: string, symbol: string): number {
  const found = COMPOUNDS.compounds.find((one) => one.formula === formula);
  if (found === undefined) {
    throw new RangeError(`formula: "${formula}" is not in the book; add it to compounds.ts`);
  }
  const atoms = found.atoms[symbol];
  if (atoms === undefined) throw new RangeError(`${formula} holds no ${symbol}`);
  let total = 0;
  for (const [one, count] of Object.entries(found.atoms)) total += count * MOLAR_MASSES.get(one)!;
  return Math.floor((1_000_000 * atoms * MOLAR_MASSES.get(symbol)!) / total + 0.5);
}
