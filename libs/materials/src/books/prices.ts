import type { Book } from './book.js';

export interface Price {
  /** A grade as `<book>:<grade>`, what has no grade as `ungraded:<stream>`, or an element or compound. */
  readonly item: string;
  /** Hundredths of the book's currency a tonne. */
  readonly minorPerTonne: number;
  /** Share of the element's value that a seller is paid; a grade's price has it in it. */
  readonly payablePpm: number;
  /** Key in the book's `sources`. */
  readonly source: string;
}

/** What things cost on a day. A dated feed: it is never part of a rule. */
export interface PriceBook extends Book {
  /** ISO 4217. */
  readonly currency: string;
  readonly prices: readonly Price[];
}

const ofGrade = (item: string, perTonne: number, source: string): Price => ({
  item,
  minorPerTonne: perTonne * 100,
  payablePpm: 1_000_000,
  source,
});

const ofMetal = (item: string, perTonne: number, payablePpm: number, source: string): Price => ({
  item,
  minorPerTonne: perTonne * 100,
  payablePpm,
  source,
});

/** Dollars a troy ounce to dollars a tonne: 1,000,000 ÷ 31.1034768 g, to the dollar. */
const perOunce = (dollars: number): number => Math.floor((dollars * 1_000_000) / 31.1034768 + 0.5);

/** Illustrative; an installation brings its own. */
export const EXAMPLE_PRICES: PriceBook = {
  book: 'prices-example',
  version: 1,
  validFrom: '2025-10-01',
  currency: 'USD',
  sources: {
    shred: {
      basis: 'published',
      text: 'Shredded CFR Türkiye 355 to 357 $/t, early 2025 (CRU); mid',
    },
    premium: {
      basis: 'derived',
      text: 'Shredded price and the premium above 40 $/t that a vendor names for low-copper shred',
    },
    assumed: { basis: 'assumed', text: 'Distance to the shredded price, chosen for the example' },
    lme: {
      basis: 'published',
      text: 'LME and bullion averages of October 2025 as a trader publishes them. Share paid: assumed',
    },
  },
  prices: [
    ofGrade('grades-eu27:E2', 372, 'assumed'),
    ofGrade('grades-eu27:E8', 368, 'assumed'),
    ofGrade('grades-eu27:E6', 365, 'assumed'),
    ofGrade('grades-eu27:E3', 350, 'assumed'),
    ofGrade('grades-eu27:E40', 356, 'shred'),
    ofGrade('grades-eu27:E1', 325, 'assumed'),
    ofGrade('grades-eu27:EHRM', 335, 'assumed'),
    ofGrade('grades-eu27:EHRB', 330, 'assumed'),
    ofGrade('grades-eu27:E5M', 270, 'assumed'),
    ofGrade('grades-eu27:E46', 290, 'assumed'),
    ofGrade('ungraded:steel', 240, 'assumed'),
    ofGrade('grades-customer-example-mill:low-copper-shred', 396, 'premium'),
    ofGrade('grades-customer-example-mill:standard-shred', 356, 'shred'),
    ofGrade('grades-fibres:cotton-dissolving', 420, 'assumed'),
    ofGrade('grades-fibres:polyester-depolymerisation', 350, 'assumed'),
    ofGrade('grades-fibres:mono-cotton', 330, 'assumed'),
    ofGrade('grades-fibres:mono-polyester', 260, 'assumed'),
    ofGrade('grades-fibres:wool-80', 700, 'assumed'),
    ofGrade('grades-fibres:acrylic-80', 200, 'assumed'),
    ofGrade('grades-fibres:polycotton', 150, 'assumed'),
    ofGrade('grades-fibres:cellulosic-80', 220, 'assumed'),
    ofGrade('grades-fibres:wipers', 120, 'assumed'),
    ofGrade('grades-fibres:mixed-fibres', 60, 'assumed'),
    ofMetal('Cu', 10_599, 900_000, 'lme'),
    ofMetal('Pb', 1_961, 900_000, 'lme'),
    ofMetal('Ni', 15_078, 700_000, 'lme'),
    ofMetal('Sn', 36_011, 500_000, 'lme'),
    ofMetal('Zn', 3_060, 800_000, 'lme'),
    ofMetal('Co', 38_960, 600_000, 'lme'),
    ofMetal('Ag', perOunce(50), 900_000, 'lme'),
    ofMetal('Au', perOunce(4_070), 950_000, 'lme'),
    ofMetal('Pt', perOunce(1_586), 850_000, 'lme'),
    ofMetal('Pd', perOunce(1_266), 900_000, 'lme'),
  ],
};
