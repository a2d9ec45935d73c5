import type { Book } from './book.js';

export interface ElementEntry {
  readonly symbol: string;
  readonly atomicNumber: number;
  readonly name: string;
  /** In the list of critical raw materials of Regulation (EU) 2024/1252, annex II. */
  readonly critical: boolean;
}

export interface ElementBook extends Book {
  readonly elements: readonly ElementEntry[];
}

const element = (
  symbol: string,
  atomicNumber: number,
  name: string,
  critical = false,
): ElementEntry => ({ symbol, atomicNumber, name, critical });

/** Elements that readings and compositions may name. */
export const ELEMENTS: ElementBook = {
  book: 'elements',
  version: 1,
  validFrom: '2026-11-01',
  sources: {
    iupac: { basis: 'from-memory', text: 'IUPAC periodic table: symbols, numbers, names' },
    crma: {
      basis: 'from-memory',
      text: 'Regulation (EU) 2024/1252, annex II (critical raw materials; copper and battery-grade nickel by section 1)',
    },
  },
  elements: [
    element('Li', 3, 'lithium', true),
    element('C', 6, 'carbon'),
    element('Al', 13, 'aluminium', true),
    element('Si', 14, 'silicon'),
    element('P', 15, 'phosphorus', true),
    element('S', 16, 'sulfur'),
    element('Ti', 22, 'titanium', true),
    element('V', 23, 'vanadium', true),
    element('Cr', 24, 'chromium'),
    element('Mn', 25, 'manganese', true),
    element('Fe', 26, 'iron'),
    element('Co', 27, 'cobalt', true),
    element('Ni', 28, 'nickel', true),
    element('Cu', 29, 'copper', true),
    element('Zn', 30, 'zinc'),
    element('Mo', 42, 'molybdenum'),
    element('Pd', 46, 'palladium', true),
    element('Ag', 47, 'silver'),
    element('Sn', 50, 'tin'),
    element('Nd', 60, 'neodymium', true),
    element('Dy', 66, 'dysprosium', true),
    element('W', 74, 'tungsten', true),
    element('Au', 79, 'gold'),
    element('Pb', 82, 'lead'),
  ],
};
