import type { Book } from './book.js';

/** Content of an element in a kind of component: standard deviation 0 = none is published. */
export interface ElementContent {
  readonly element: string;
  readonly meanPpm: number;
  readonly deviationPpm: number;
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface Component {
  readonly component: string;
  readonly name: string;
  /** Comes out before anything is shredded. */
  readonly depollution: boolean;
  /** Slug of the hazards book, if it is one. */
  readonly hazard?: string;
  readonly contents: readonly ElementContent[];
}

/** What a device of a kind holds, where a source says so. */
export interface DeviceContent {
  /** Key of the product book. */
  readonly key: string;
  readonly element: string;
  /** Micrograms a device. */
  readonly massUg: number;
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface ComponentBook extends Book {
  readonly components: readonly Component[];
  readonly devices: readonly DeviceContent[];
}

/** Published range: the middle, and the deviation of an even spread over it. */
const range = (
  element: string,
  lowPpm: number,
  highPpm: number,
  source: string,
): ElementContent => ({
  element,
  meanPpm: Math.floor((lowPpm + highPpm) / 2),
  deviationPpm: Math.floor((highPpm - lowPpm) / 3.464),
  source,
});

const content = (
  element: string,
  meanPpm: number,
  deviationPpm: number,
  source: string,
): ElementContent => ({ element, meanPpm, deviationPpm, source });

const device = (key: string, element: string, massUg: number, source: string): DeviceContent => ({
  key,
  element,
  massUg,
  source,
});

/** Library figures: a lot's own assay goes before them. */
export const COMPONENTS: ComponentBook = {
  book: 'components',
  version: 1,
  validFrom: '2026-11-01',
  sources: {
    amse: {
      basis: 'derived',
      text: 'Printed circuit boards, published ranges (AMSE 2022): middle and even spread',
    },
    magnets: { basis: 'published', text: 'Magnets of hard disks (Ueberschaar and Rotter 2015)' },
    usgs: { basis: 'published', text: 'USGS: metals in a smartphone' },
    plymouth: { basis: 'published', text: 'University of Plymouth: metals in a smartphone' },
    screen: { basis: 'published', text: 'SCRREEN: about 8 g of cobalt in a phone battery' },
    batteries: {
      basis: 'assumed',
      text: 'Share of lithium and cobalt in LCO cells, from published 0.11 and 0.96 kg a kWh and an assumed 5 kg of cells a kWh',
    },
    assumed: { basis: 'assumed', text: 'Usual make of the component' },
  },
  components: [
    {
      component: 'board',
      name: 'Printed circuit board',
      depollution: true,
      contents: [
        range('Cu', 65_000, 287_000, 'amse'),
        range('Fe', 1_100, 120_000, 'amse'),
        range('Al', 10_000, 70_000, 'amse'),
        range('Sn', 10_000, 56_200, 'amse'),
        range('Ni', 1_000, 20_000, 'amse'),
        range('Zn', 1_800, 21_700, 'amse'),
        range('Pb', 3_000, 41_900, 'amse'),
        range('Ag', 79, 3_300, 'amse'),
        range('Au', 68, 1_000, 'amse'),
        range('Pd', 30, 250, 'amse'),
      ],
    },
    {
      component: 'magnet',
      name: 'Neodymium magnet',
      depollution: false,
      contents: [
        content('Nd', 229_000, 28_000, 'magnets'),
        content('Pr', 27_000, 22_000, 'magnets'),
        content('Dy', 14_000, 15_000, 'magnets'),
        content('Fe', 650_000, 30_000, 'assumed'),
        content('B', 10_000, 1_000, 'assumed'),
      ],
    },
    {
      component: 'battery-lithium',
      name: 'Lithium battery (LCO)',
      depollution: true,
      hazard: 'battery',
      contents: [
        content('Li', 22_000, 5_000, 'batteries'),
        content('Co', 192_000, 40_000, 'batteries'),
        content('Cu', 90_000, 30_000, 'assumed'),
      ],
    },
    {
      component: 'motor',
      name: 'Electric motor',
      depollution: false,
      contents: [
        content('Cu', 150_000, 50_000, 'assumed'),
        content('Fe', 750_000, 80_000, 'assumed'),
      ],
    },
    {
      component: 'cable',
      name: 'Cable',
      depollution: true,
      contents: [content('Cu', 450_000, 120_000, 'assumed')],
    },
    {
      component: 'capacitor',
      name: 'Capacitor',
      depollution: true,
      hazard: 'capacitor',
      contents: [content('Al', 350_000, 100_000, 'assumed')],
    },
    {
      component: 'lamp',
      name: 'Backlight or lamp with mercury',
      depollution: true,
      hazard: 'mercury',
      contents: [content('Hg', 100, 60, 'assumed')],
    },
    { component: 'plastic', name: 'Plastic', depollution: false, contents: [] },
    {
      component: 'steel',
      name: 'Steel frame and sheet',
      depollution: false,
      contents: [content('Fe', 970_000, 10_000, 'assumed')],
    },
  ],
  devices: [
    device('0306', 'Au', 34_000, 'usgs'),
    device('0306', 'Ag', 350_000, 'usgs'),
    device('0306', 'Cu', 16_000_000, 'usgs'),
    device('0306', 'Pd', 15_000, 'usgs'),
    device('0306', 'Pt', 340, 'usgs'),
    device('0306', 'Nd', 160_000, 'plymouth'),
    device('0306', 'Pr', 30_000, 'plymouth'),
    device('0306', 'W', 900_000, 'plymouth'),
    device('0306', 'Mo', 70_000, 'plymouth'),
    device('0306', 'Co', 8_000_000, 'screen'),
  ],
};
