import type { Book } from './book.js';

export interface Fibre {
  /** Slug, as readings name it. */
  readonly fibre: string;
  readonly name: string;
  readonly origin: 'cellulosic' | 'protein' | 'synthetic';
  /**
   * Moisture that belongs to dry fibre in the trade, ppm of the dry mass: commercial mass = dry mass
   * × (1 + regain).
   */
  readonly regainPpm: number;
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface FibreBook extends Book {
  readonly fibres: readonly Fibre[];
}

const fibre = (
  slug: string,
  name: string,
  origin: Fibre['origin'],
  regainPpm: number,
  source: string,
): Fibre => ({ fibre: slug, name, origin, regainPpm, source });

export const FIBRES: FibreBook = {
  book: 'fibres',
  version: 1,
  validFrom: '2026-11-01',
  sources: {
    recalled: {
      basis: 'from-memory',
      text: 'Moisture regain: cotton about 8.5 %, wool about 16 to 18 %, polyester about 0.4 %',
    },
    usual: {
      basis: 'from-memory',
      text: 'Conventional allowances of Regulation (EU) 1007/2011, annex IX; not checked against it',
    },
  },
  fibres: [
    fibre('cotton', 'Cotton', 'cellulosic', 85_000, 'recalled'),
    fibre('viscose', 'Viscose', 'cellulosic', 130_000, 'usual'),
    fibre('linen', 'Linen', 'cellulosic', 120_000, 'usual'),
    fibre('wool', 'Wool', 'protein', 170_000, 'recalled'),
    fibre('silk', 'Silk', 'protein', 110_000, 'usual'),
    fibre('polyester', 'Polyester', 'synthetic', 4_000, 'recalled'),
    fibre('polyamide', 'Polyamide', 'synthetic', 62_500, 'usual'),
    fibre('acrylic', 'Acrylic', 'synthetic', 20_000, 'usual'),
    fibre('elastane', 'Elastane', 'synthetic', 15_000, 'usual'),
    fibre('polypropylene', 'Polypropylene', 'synthetic', 20_000, 'usual'),
  ],
};
