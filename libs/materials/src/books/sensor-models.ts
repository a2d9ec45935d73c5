import type { Book } from './book.js';

/** Noise of one reading: normal, standard deviation √(absolutePpm² + (share · relativePpm / 1e6)²). */
export interface ReadingNoise {
  readonly absolutePpm: number;
  /** Part that grows with the share itself, in ppm of it. */
  readonly relativePpm: number;
  /** A reading below it is sent as its negative: censored. */
  readonly detectionLimitPpm: number;
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface SensorModel {
  readonly sensorModel: string;
  readonly method: 'XRF' | 'LIBS' | 'NIR';
  /**
   * Standard uncertainty of the gain of an installed sensor as long as no assay says better, as a
   * share of the reading. It does not average out.
   */
  readonly gainUncertaintyPpm: number;
  /** Key in the book's `sources`. */
  readonly source: string;
  /** By element or fibre; what is not listed the sensor cannot see. */
  readonly elements: Readonly<Record<string, ReadingNoise>>;
}

export interface SensorBook extends Book {
  readonly models: readonly SensorModel[];
}

const noise = (
  absolutePpm: number,
  relativePpm: number,
  detectionLimitPpm: number,
  source = 'assumed',
): ReadingNoise => ({ absolutePpm, relativePpm, detectionLimitPpm, source });

export const SENSOR_MODELS: SensorBook = {
  book: 'sensor-models',
  version: 2,
  validFrom: '2026-11-01',
  sources: {
    assumed: {
      basis: 'assumed',
      text: 'Belt reading of some ten milliseconds; detection limit about three times the absolute noise',
    },
    surface: {
      basis: 'assumed',
      text: 'Paint, oil and dirt on the surface: carbon is not read at all, silicon coarsely',
    },
    nir: {
      basis: 'assumed',
      text: 'Fibre shares by near infrared on plain fabric. It fails on coatings, double faces and thin layers (Cura et al. 2021), which no figure here covers',
    },
    gain: {
      basis: 'assumed',
      text: 'Surface, matrix and geometry make every installed sensor read some per cent too much or too little; how much on scrap is unmeasured',
    },
    contest: {
      basis: 'derived',
      text: 'LIBS 2022 quantification contest, steel: mean absolute error Cr 0.939, Mn 0.110, Mo 0.218, Ni 1.249 % by mass; times √(π/2), taken as absolute noise at every share (pessimistic where the share is low)',
    },
  },
  models: [
    {
      sensorModel: 'xrf-belt-1',
      gainUncertaintyPpm: 60_000,
      source: 'gain',
      method: 'XRF',
      elements: {
        Mn: noise(250, 60_000, 750),
        Cr: noise(100, 50_000, 300),
        Ni: noise(100, 50_000, 300),
        Mo: noise(25, 60_000, 75),
        Cu: noise(70, 50_000, 200),
        Sn: noise(60, 80_000, 180),
        Zn: noise(80, 150_000, 240),
      },
    },
    {
      sensorModel: 'libs-belt-1',
      gainUncertaintyPpm: 80_000,
      source: 'gain',
      method: 'LIBS',
      elements: {
        Si: noise(4_000, 200_000, 12_000, 'surface'),
        Mn: noise(1_379, 0, 1_400, 'contest'),
        Cr: noise(11_769, 0, 12_000, 'contest'),
        Ni: noise(15_654, 0, 16_000, 'contest'),
        Mo: noise(2_732, 0, 2_800, 'contest'),
        Cu: noise(400, 100_000, 1_200),
        Zn: noise(600, 150_000, 1_800),
      },
    },
    {
      sensorModel: 'nir-table-1',
      gainUncertaintyPpm: 30_000,
      source: 'gain',
      method: 'NIR',
      elements: {
        cotton: noise(20_000, 20_000, 30_000, 'nir'),
        polyester: noise(20_000, 20_000, 30_000, 'nir'),
        wool: noise(30_000, 20_000, 50_000, 'nir'),
        acrylic: noise(30_000, 20_000, 50_000, 'nir'),
        polyamide: noise(30_000, 20_000, 50_000, 'nir'),
        viscose: noise(40_000, 20_000, 60_000, 'nir'),
        elastane: noise(12_000, 50_000, 20_000, 'nir'),
      },
    },
  ],
};
