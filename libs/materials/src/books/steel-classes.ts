import type { Book } from './book.js';

/** How much of an element the pieces of a class hold. */
export interface ElementShare {
  readonly distribution: 'log-normal' | 'normal';
  /** Arithmetic mean over pieces, ppm by mass. */
  readonly meanPpm: number;
  /**
   * log-normal: standard deviation of ln(share), in thousandths; normal: standard deviation in ppm.
   * Either way values below 0 or above 1,000,000 do not occur (they are drawn again).
   */
  readonly spread: number;
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface MaterialClass {
  readonly class: string;
  readonly name: string;
  /** Element that makes up what the listed ones leave of 1,000,000 ppm. */
  readonly balance: string;
  /** By element. Elements are independent of each other within a class. */
  readonly composition: Readonly<Record<string, ElementShare>>;
}

export interface CompositionBook extends Book {
  /** How well the mean of a class is known for the classes as a plant gets them. */
  readonly means: { readonly uncertaintyPpm: number; readonly source: string };
  readonly classes: readonly MaterialClass[];
}

const logNormal = (meanPpm: number, spread: number, source = 'assumed'): ElementShare => ({
  distribution: 'log-normal',
  meanPpm,
  spread,
  source,
});

/** Classes of pieces on a belt of shredded ferrous scrap. */
export const STEEL_CLASSES: CompositionBook = {
  book: 'steel-classes',
  version: 2,
  validFrom: '2026-11-01',
  means: { uncertaintyPpm: 200_000, source: 'means' },
  sources: {
    means: {
      basis: 'assumed',
      text: 'Standard uncertainty of a class’s mean composition, as a share of it; counts where nobody read the pieces themselves',
    },
    assumed: {
      basis: 'assumed',
      text: 'No open data set of piece-wise compositions of shredded scrap exists; chosen as usual for the material',
    },
    clean: {
      basis: 'assumed',
      text: 'Clean steel holds about 0.05 to 0.1 % Cu; with the copper-bearing share the feed falls in the 0.26 to 0.56 % Cu (nominal 0.31 %) that Eriez publishes for regular shredded',
    },
    meatball: {
      basis: 'assumed',
      text: 'Copper comes as rare rich pieces (armatures, "meatballs"); 10 to 60 % Cu a piece',
    },
    en10088: {
      basis: 'from-memory',
      text: 'EN 10088-1: 1.4301 and 1.4401 (austenitic), 1.4016 (ferritic), mid-range',
    },
    en1561: {
      basis: 'from-memory',
      text: 'EN 1561 grey iron: usual C and Si of GJL-200 to GJL-250',
    },
  },
  classes: [
    {
      class: 'carbon-steel',
      name: 'Unalloyed and low-alloy steel',
      balance: 'Fe',
      composition: {
        C: logNormal(1_500, 600),
        Si: logNormal(2_200, 500),
        Mn: logNormal(6_500, 350),
        Cr: logNormal(600, 600),
        Ni: logNormal(500, 500),
        Mo: logNormal(120, 600),
        Cu: logNormal(800, 450, 'clean'),
        Sn: logNormal(60, 500),
        Zn: logNormal(150, 900),
      },
    },
    {
      class: 'coated-steel',
      name: 'Galvanised sheet',
      balance: 'Fe',
      composition: {
        C: logNormal(600, 600),
        Si: logNormal(500, 700),
        Mn: logNormal(3_000, 450),
        Cr: logNormal(350, 600),
        Ni: logNormal(300, 500),
        Mo: logNormal(60, 700),
        Cu: logNormal(400, 500),
        Sn: logNormal(60, 700),
        Zn: logNormal(22_000, 600),
      },
    },
    {
      class: 'stainless-austenitic',
      name: 'Austenitic stainless steel',
      balance: 'Fe',
      composition: {
        C: logNormal(400, 400),
        Si: logNormal(5_000, 300),
        Mn: logNormal(14_000, 300, 'en10088'),
        Cr: logNormal(178_000, 60, 'en10088'),
        Ni: logNormal(88_000, 140, 'en10088'),
        Mo: logNormal(6_000, 1_200, 'en10088'),
        Cu: logNormal(3_000, 600),
        Sn: logNormal(80, 600),
        Zn: logNormal(100, 900),
      },
    },
    {
      class: 'stainless-ferritic',
      name: 'Ferritic stainless steel',
      balance: 'Fe',
      composition: {
        C: logNormal(500, 400),
        Si: logNormal(5_000, 300),
        Mn: logNormal(6_000, 350, 'en10088'),
        Cr: logNormal(165_000, 100, 'en10088'),
        Ni: logNormal(2_500, 700, 'en10088'),
        Mo: logNormal(1_500, 1_200, 'en10088'),
        Cu: logNormal(1_000, 700),
        Sn: logNormal(80, 600),
        Zn: logNormal(100, 900),
      },
    },
    {
      class: 'cast-iron',
      name: 'Grey and ductile iron',
      balance: 'Fe',
      composition: {
        C: logNormal(34_000, 80, 'en1561'),
        Si: logNormal(21_000, 180, 'en1561'),
        Mn: logNormal(6_000, 350),
        Cr: logNormal(1_200, 800),
        Ni: logNormal(700, 800),
        Mo: logNormal(200, 1_000),
        Cu: logNormal(3_500, 700),
        Sn: logNormal(350, 800),
        Zn: logNormal(120, 900),
      },
    },
    {
      class: 'copper-bearing',
      name: 'Armatures, coils and cable with steel',
      balance: 'Fe',
      composition: {
        C: logNormal(800, 800),
        Si: logNormal(9_000, 800),
        Mn: logNormal(3_500, 500),
        Cr: logNormal(600, 800),
        Ni: logNormal(800, 800),
        Mo: logNormal(80, 800),
        Cu: logNormal(190_000, 550, 'meatball'),
        Sn: logNormal(2_500, 1_000),
        Zn: logNormal(4_000, 1_000),
      },
    },
    {
      class: 'non-ferrous',
      name: 'Non-ferrous metal that followed the magnet',
      balance: 'Al',
      composition: {
        C: logNormal(200, 800),
        Si: logNormal(50_000, 900),
        Mn: logNormal(3_000, 700),
        Cr: logNormal(400, 900),
        Ni: logNormal(1_200, 900),
        Mo: logNormal(15, 900),
        Cu: logNormal(35_000, 900),
        Sn: logNormal(900, 1_000),
        Zn: logNormal(45_000, 1_000),
      },
    },
    {
      class: 'sterile',
      name: 'Stone, rubber, plastic, dirt',
      balance: 'other',
      composition: {
        C: logNormal(150_000, 900),
        Si: logNormal(180_000, 700),
        Mn: logNormal(500, 800),
        Cr: logNormal(120, 900),
        Ni: logNormal(70, 900),
        Mo: logNormal(8, 900),
        Cu: logNormal(150, 1_000),
        Sn: logNormal(25, 1_000),
        Zn: logNormal(700, 1_200),
      },
    },
  ],
};
