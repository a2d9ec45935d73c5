import type { Book } from './book.js';

/** A category of directive 2012/19/EU with its targets, ppm of the collected mass. */
export interface WeeeCategory {
  readonly category: number;
  readonly name: string;
  /** Absent where the directive sets none. */
  readonly recoveryPpm?: number;
  readonly recyclingPpm: number;
  /** Key in the book's `sources`. */
  readonly source: string;
}

/** Materials of batteries by Regulation (EU) 2023/1542: least share recovered, by date. */
export interface BatteryTarget {
  readonly of: string;
  readonly kind: 'recycling-efficiency' | 'material-recovery' | 'recycled-content';
  readonly from: string;
  readonly leastPpm: number;
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface WeeeBook extends Book {
  readonly categories: readonly WeeeCategory[];
  readonly batteries: readonly BatteryTarget[];
}

const category = (
  number: number,
  name: string,
  recoveryPpm: number,
  recyclingPpm: number,
): WeeeCategory => ({ category: number, name, recoveryPpm, recyclingPpm, source: 'annexV' });

const targets = (
  kind: BatteryTarget['kind'],
  from: string,
  source: string,
  shares: Readonly<Record<string, number>>,
): BatteryTarget[] =>
  Object.entries(shares).map(([of, percent]) => ({
    of,
    kind,
    from,
    leastPpm: percent * 10_000,
    source,
  }));

export const WEEE_CATEGORIES: WeeeBook = {
  book: 'weee-categories',
  version: 1,
  validFrom: '2018-08-15',
  sources: {
    annexV: {
      basis: 'from-memory',
      text: 'Directive 2012/19/EU, annex V part 3 (names, targets); not checked. Mass counts where it enters the recycling operation, Implementing Decision (EU) 2019/2193',
    },
    batteries: { basis: 'published', text: 'Regulation (EU) 2023/1542, Commission pages' },
    batteriesRecalled: {
      basis: 'from-memory',
      text: 'Regulation (EU) 2023/1542, annex XII and article 8; not checked',
    },
  },
  categories: [
    category(1, 'Temperature exchange equipment', 850_000, 800_000),
    category(2, 'Screens above 100 cm²', 800_000, 700_000),
    { category: 3, name: 'Lamps', recyclingPpm: 800_000, source: 'annexV' },
    category(4, 'Large equipment, above 50 cm', 850_000, 800_000),
    category(5, 'Small equipment', 750_000, 550_000),
    category(6, 'Small IT and telecommunication equipment', 750_000, 550_000),
  ],
  batteries: [
    ...targets('recycling-efficiency', '2025-12-31', 'batteries', {
      lead: 75,
      lithium: 65,
      'nickel-cadmium': 80,
      other: 50,
    }),
    ...targets('recycling-efficiency', '2030-12-31', 'batteriesRecalled', {
      lead: 80,
      lithium: 70,
    }),
    ...targets('material-recovery', '2027-12-31', 'batteries', { Li: 50 }),
    ...targets('material-recovery', '2031-12-31', 'batteries', { Li: 80 }),
    ...targets('material-recovery', '2027-12-31', 'batteriesRecalled', {
      Co: 90,
      Cu: 90,
      Pb: 90,
      Ni: 90,
    }),
    ...targets('material-recovery', '2031-12-31', 'batteriesRecalled', {
      Co: 95,
      Cu: 95,
      Pb: 95,
      Ni: 95,
    }),
    ...targets('recycled-content', '2031-08-18', 'batteries', { Co: 16, Pb: 85, Li: 6, Ni: 6 }),
    ...targets('recycled-content', '2036-08-18', 'batteriesRecalled', {
      Co: 26,
      Pb: 85,
      Li: 12,
      Ni: 15,
    }),
  ],
};
