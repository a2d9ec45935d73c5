import type { CompositionBook, ElementShare, MaterialClass } from './steel-classes.js';

/** Fibres that the scanner reads. */
const READ = ['cotton', 'polyester', 'wool', 'acrylic', 'polyamide', 'viscose', 'elastane'];

const trace: ElementShare = {
  distribution: 'log-normal',
  meanPpm: 3_000,
  spread: 1_000,
  source: 'trace',
};

/** [mean, standard deviation] by fibre, ppm; what is not named is there in traces. */
type Blend = Readonly<Record<string, readonly [number, number]>>;

const garment = (slug: string, name: string, blend: Blend): MaterialClass => ({
  class: slug,
  name,
  balance: 'other',
  composition: Object.fromEntries(
    READ.map((fibre): [string, ElementShare] => {
      const [meanPpm, spread] = blend[fibre] ?? [0, 0];
      if (meanPpm === 0) return [fibre, trace];
      return [fibre, { distribution: 'normal', meanPpm, spread, source: 'blends' }];
    }),
  ),
});

/**
 * Classes of garments on a fibre scanner. The balance is what no fibre reading is about: finish,
 * dye, coating, sewing thread, soil.
 */
export const TEXTILE_CLASSES: CompositionBook = {
  book: 'textile-classes',
  version: 2,
  validFrom: '2026-11-01',
  means: { uncertaintyPpm: 50_000, source: 'means' },
  sources: {
    means: {
      basis: 'assumed',
      text: 'Standard uncertainty of a class’s mean composition, as a share of it; counts where nobody read the pieces themselves',
    },
    blends: {
      basis: 'assumed',
      text: 'Blends as labels usually state them; no open data set of garments with analysed fibres exists',
    },
    trace: { basis: 'assumed', text: 'Sewing thread, labels and lint of other fibres' },
  },
  classes: [
    garment('cotton', 'Cotton', { cotton: [960_000, 10_000] }),
    garment('cotton-elastane', 'Cotton with elastane', {
      cotton: [920_000, 12_000],
      elastane: [45_000, 12_000],
    }),
    garment('polycotton', 'Polyester and cotton in near parts', {
      cotton: [470_000, 40_000],
      polyester: [480_000, 40_000],
    }),
    garment('polycotton-rich', 'Polyester with cotton', {
      cotton: [310_000, 25_000],
      polyester: [640_000, 25_000],
    }),
    garment('polyester', 'Polyester', { polyester: [960_000, 10_000] }),
    garment('polyester-elastane', 'Polyester with elastane', {
      polyester: [880_000, 25_000],
      elastane: [80_000, 20_000],
    }),
    garment('wool', 'Wool', { wool: [930_000, 25_000] }),
    garment('wool-blend', 'Wool with polyamide or polyester', {
      wool: [640_000, 50_000],
      polyamide: [180_000, 40_000],
      polyester: [110_000, 30_000],
    }),
    garment('acrylic', 'Acrylic', { acrylic: [950_000, 15_000] }),
    garment('acrylic-wool', 'Acrylic with wool', {
      acrylic: [620_000, 60_000],
      wool: [310_000, 60_000],
    }),
    garment('viscose', 'Viscose', { viscose: [950_000, 15_000] }),
    garment('viscose-blend', 'Viscose with polyester', {
      viscose: [620_000, 50_000],
      polyester: [320_000, 50_000],
    }),
    garment('polyamide', 'Polyamide with elastane', {
      polyamide: [800_000, 40_000],
      elastane: [150_000, 35_000],
    }),
    garment('non-textile', 'Shoes, leather, hardware, coated fabric', {}),
  ],
};
