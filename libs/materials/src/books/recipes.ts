import type { Book } from './book.js';

/** How a line sorts: what it expects in the feed and what it wants in each outlet. */
export interface Recipe {
  readonly recipe: string;
  readonly stream: 'steel' | 'ewaste' | 'textiles';
  /** Name of the composition book whose classes it sorts into. */
  readonly compositions: string;
  /** Share of pieces (a count, not a mass) by class before any reading; together 1,000,000. */
  readonly priorsPpm: Readonly<Record<string, number>>;
  /** A best posterior below this leaves the piece unresolved. */
  readonly confidenceThresholdPpm: number;
  /**
   * Hundredths of a nat by which the likelihood of the readings may stay below its best possible
   * value in a class; when it does so in every class, the reading is implausible. 1,800 is a
   * reading six standard deviations off.
   */
  readonly implausibleCentinats: number;
  /** Class that each outlet is meant to hold. */
  readonly targetByOutlet: readonly string[];
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface RecipeBook extends Book {
  readonly recipes: readonly Recipe[];
}

export const RECIPES: RecipeBook = {
  book: 'recipes',
  version: 2,
  validFrom: '2026-11-01',
  sources: {
    assumed: {
      basis: 'assumed',
      text: 'Feed of a car and appliance shredder after the magnet; copper-bearing share set so that the feed holds about 0.31 % Cu',
    },
    nonFerrous: { basis: 'assumed', text: 'Eddy-current product of the same shredder' },
    garments: {
      basis: 'assumed',
      text: 'Post-consumer garments after those that can be worn again were taken out',
    },
  },
  recipes: [
    {
      recipe: 'steel-shred-1',
      stream: 'steel',
      compositions: 'steel-classes',
      priorsPpm: {
        'carbon-steel': 783_000,
        'coated-steel': 90_000,
        'stainless-austenitic': 8_000,
        'stainless-ferritic': 6_000,
        'cast-iron': 60_000,
        'copper-bearing': 9_000,
        'non-ferrous': 14_000,
        sterile: 30_000,
      },
      confidenceThresholdPpm: 800_000,
      implausibleCentinats: 1_800,
      targetByOutlet: [
        'carbon-steel',
        'copper-bearing',
        'stainless-austenitic',
        'non-ferrous',
        'coated-steel',
        'cast-iron',
        'stainless-ferritic',
        'sterile',
      ],
      source: 'assumed',
    },
    {
      recipe: 'non-ferrous-1',
      stream: 'steel',
      compositions: 'non-ferrous-classes',
      priorsPpm: {
        'aluminium-wrought': 380_000,
        'aluminium-cast': 340_000,
        copper: 60_000,
        brass: 60_000,
        zinc: 60_000,
        magnesium: 20_000,
        stainless: 80_000,
      },
      confidenceThresholdPpm: 800_000,
      implausibleCentinats: 1_800,
      targetByOutlet: [
        'aluminium-cast',
        'aluminium-wrought',
        'copper',
        'brass',
        'zinc',
        'stainless',
        'magnesium',
      ],
      source: 'nonFerrous',
    },
    {
      recipe: 'fibre-sort-1',
      stream: 'textiles',
      compositions: 'textile-classes',
      priorsPpm: {
        cotton: 250_000,
        'cotton-elastane': 90_000,
        polycotton: 140_000,
        'polycotton-rich': 80_000,
        polyester: 190_000,
        'polyester-elastane': 40_000,
        wool: 30_000,
        'wool-blend': 25_000,
        acrylic: 40_000,
        'acrylic-wool': 15_000,
        viscose: 30_000,
        'viscose-blend': 20_000,
        polyamide: 20_000,
        'non-textile': 30_000,
      },
      confidenceThresholdPpm: 800_000,
      implausibleCentinats: 1_800,
      targetByOutlet: ['cotton', 'polyester', 'polycotton', 'wool', 'acrylic', 'viscose'],
      source: 'garments',
    },
  ],
};
