import type { Book } from './book.js';

export interface ElementEntry {
  readonly symbol: string;
  readonly atomicNumber: number;
  readonly name: string;
  /** In the list of critical raw materials of Regulation (EU) 2024/1252, annex II. */
  readonly critical: boolean;
  /** Standard atomic weight, abridged: mg per mol. */
  readonly molarMassMgPerMol: number;
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface ElementBook extends Book {
  readonly elements: readonly ElementEntry[];
}

const entry = (
  symbol: string,
  atomicNumber: number,
  name: string,
  molarMassMgPerMol: number,
  critical: boolean,
): ElementEntry => ({ symbol, atomicNumber, name, critical, molarMassMgPerMol, source: 'iupac' });

const element = (symbol: string, number: number, name: string, molarMass: number): ElementEntry =>
  entry(symbol, number, name, molarMass, false);

const critical = (symbol: string, number: number, name: string, molarMass: number): ElementEntry =>
  entry(symbol, number, name, molarMass, true);

/** Elements that readings, compositions and compounds may name. */
export const ELEMENTS: ElementBook = {
  book: 'elements',
  version: 2,
  validFrom: '2026-11-01',
  sources: {
    iupac: {
      basis: 'from-memory',
      text: 'IUPAC periodic table: symbols, numbers, names, abridged standard atomic weights. Whether an element is critical: Regulation (EU) 2024/1252, annex II (with copper and nickel, and rare earths and platinum metals as groups)',
    },
  },
  elements: [
    element('H', 1, 'hydrogen', 1_008),
    critical('Li', 3, 'lithium', 6_940),
    critical('B', 5, 'boron', 10_810),
    element('C', 6, 'carbon', 12_011),
    element('N', 7, 'nitrogen', 14_007),
    element('O', 8, 'oxygen', 15_999),
    critical('F', 9, 'fluorine', 18_998),
    element('Na', 11, 'sodium', 22_990),
    critical('Mg', 12, 'magnesium', 24_305),
    critical('Al', 13, 'aluminium', 26_982),
    element('Si', 14, 'silicon', 28_085),
    critical('P', 15, 'phosphorus', 30_974),
    element('S', 16, 'sulfur', 32_060),
    element('Cl', 17, 'chlorine', 35_450),
    critical('Ti', 22, 'titanium', 47_867),
    critical('V', 23, 'vanadium', 50_942),
    element('Cr', 24, 'chromium', 51_996),
    critical('Mn', 25, 'manganese', 54_938),
    element('Fe', 26, 'iron', 55_845),
    critical('Co', 27, 'cobalt', 58_933),
    critical('Ni', 28, 'nickel', 58_693),
    critical('Cu', 29, 'copper', 63_546),
    element('Zn', 30, 'zinc', 65_380),
    critical('Ga', 31, 'gallium', 69_723),
    critical('Ge', 32, 'germanium', 72_630),
    critical('As', 33, 'arsenic', 74_922),
    element('Br', 35, 'bromine', 79_904),
    critical('Nb', 41, 'niobium', 92_906),
    element('Mo', 42, 'molybdenum', 95_950),
    critical('Pd', 46, 'palladium', 106_420),
    element('Ag', 47, 'silver', 107_868),
    element('Cd', 48, 'cadmium', 112_414),
    element('In', 49, 'indium', 114_818),
    element('Sn', 50, 'tin', 118_710),
    critical('Sb', 51, 'antimony', 121_760),
    critical('Ce', 58, 'cerium', 140_116),
    critical('Pr', 59, 'praseodymium', 140_908),
    critical('Nd', 60, 'neodymium', 144_242),
    critical('Sm', 62, 'samarium', 150_360),
    critical('Tb', 65, 'terbium', 158_925),
    critical('Dy', 66, 'dysprosium', 162_500),
    critical('Ta', 73, 'tantalum', 180_948),
    critical('W', 74, 'tungsten', 183_840),
    critical('Pt', 78, 'platinum', 195_084),
    element('Au', 79, 'gold', 196_967),
    element('Hg', 80, 'mercury', 200_592),
    element('Pb', 82, 'lead', 207_200),
  ],
};
