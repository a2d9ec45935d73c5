import type { CompositionBook, ElementShare, MaterialClass } from './steel-classes.js';

const logNormal = (meanPpm: number, spread: number): ElementShare => ({
  distribution: 'log-normal',
  meanPpm,
  spread,
  source: 'assumed',
});

const normal = (meanPpm: number, spread: number, source = 'alloys'): ElementShare => ({
  distribution: 'normal',
  meanPpm,
  spread,
  source,
});

const pieces = (
  slug: string,
  name: string,
  balance: string,
  composition: MaterialClass['composition'],
): MaterialClass => ({ class: slug, name, balance, composition });

/** Classes of non-ferrous pieces: what stays when the magnet has taken its part. */
export const NON_FERROUS_CLASSES: CompositionBook = {
  book: 'non-ferrous-classes',
  version: 2,
  validFrom: '2026-11-01',
  means: { uncertaintyPpm: 150_000, source: 'means' },
  sources: {
    means: {
      basis: 'assumed',
      text: 'Standard uncertainty of a class’s mean composition, as a share of it; counts where nobody read the pieces themselves',
    },
    alloys: {
      basis: 'from-memory',
      text: 'Usual alloys: EN AW-3xxx to 6xxx wrought, EN AC-46xxx cast, CW614N brass, ZP5 zinc, AZ91 magnesium; mid-range',
    },
    assumed: { basis: 'assumed', text: 'Tramp elements of shredded non-ferrous pieces' },
  },
  classes: [
    pieces('aluminium-wrought', 'Wrought aluminium', 'Al', {
      Si: logNormal(5_000, 500),
      Mn: logNormal(4_000, 700),
      Fe: logNormal(4_000, 400),
      Cu: logNormal(1_500, 900),
      Zn: logNormal(1_500, 1_000),
      Pb: logNormal(60, 800),
      Sn: logNormal(40, 800),
    }),
    pieces('aluminium-cast', 'Cast aluminium', 'Al', {
      Si: normal(90_000, 18_000),
      Mn: logNormal(3_000, 400),
      Fe: logNormal(8_000, 300),
      Cu: logNormal(25_000, 500),
      Zn: logNormal(9_000, 700),
      Pb: logNormal(800, 800),
      Sn: logNormal(300, 800),
    }),
    pieces('copper', 'Copper', 'other', {
      Si: logNormal(500, 1_000),
      Mn: logNormal(50, 1_000),
      Fe: logNormal(800, 1_000),
      Cu: normal(985_000, 8_000),
      Zn: logNormal(1_000, 1_000),
      Pb: logNormal(400, 1_000),
      Sn: logNormal(900, 1_000),
    }),
    pieces('brass', 'Brass', 'other', {
      Si: logNormal(600, 900),
      Mn: logNormal(200, 900),
      Fe: logNormal(2_500, 600),
      Cu: normal(590_000, 25_000),
      Zn: normal(370_000, 25_000),
      Pb: logNormal(22_000, 400),
      Sn: logNormal(2_500, 700),
    }),
    pieces('zinc', 'Zinc die cast', 'other', {
      Si: logNormal(300, 900),
      Mn: logNormal(30, 900),
      Fe: logNormal(900, 900),
      Cu: logNormal(9_000, 700),
      Zn: normal(945_000, 12_000),
      Pb: logNormal(300, 900),
      Sn: logNormal(100, 900),
    }),
    pieces('magnesium', 'Magnesium', 'Mg', {
      Si: logNormal(800, 900),
      Mn: logNormal(2_500, 400),
      Fe: logNormal(300, 900),
      Cu: logNormal(300, 900),
      Zn: logNormal(8_000, 400),
      Pb: logNormal(30, 900),
      Sn: logNormal(30, 900),
    }),
    pieces('stainless', 'Stainless steel that the magnet left', 'other', {
      Si: logNormal(5_000, 300),
      Mn: logNormal(14_000, 300),
      Fe: normal(700_000, 15_000),
      Cu: logNormal(3_000, 600),
      Zn: logNormal(300, 900),
      Pb: logNormal(40, 900),
      Sn: logNormal(100, 700),
    }),
  ],
};
