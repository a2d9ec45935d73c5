import {
  type AnchorPair,
  type ContentSums,
  RECIPES,
  type Recipe,
  SENSOR_MODELS,
  type SensorKnowledge,
  type SensorModel,
  TWO_SIDED_95,
  addContents,
  compositionsOf,
  emptySums,
  gainFromAssays,
  intervalOf,
  lotShare,
} from '#materials';
import { drawMassMg, drawReading, drawShare } from './draw-pieces.js';
import type { Random } from './random.js';

/** Taken once: a global is slow to find where modules run in a context of their own. */
const { floor, max } = Math;

/** A stream's lots as they are simulated: one analyte, one sensor, one recipe. */
export interface StreamWorld {
  readonly stream: Recipe['stream'];
  readonly what: string;
  readonly sensorModel: string;
  readonly recipe: string;
  readonly analyte: string;
}

export const WORLDS: readonly StreamWorld[] = [
  {
    stream: 'steel',
    what: 'copper in shredded steel',
    sensorModel: 'xrf-belt-1',
    recipe: 'steel-shred-1',
    analyte: 'Cu',
  },
  {
    stream: 'ewaste',
    what: 'copper in the metal of shredded appliances',
    sensorModel: 'xrf-belt-1',
    recipe: 'non-ferrous-1',
    analyte: 'Cu',
  },
  {
    stream: 'textiles',
    what: 'cotton in garments',
    sensorModel: 'nir-table-1',
    recipe: 'fibre-sort-1',
    analyte: 'cotton',
  },
];

/** Standard uncertainty of a piece's mass, and of a calibration as a share of the detection limit. */
export const MASS_UNCERTAINTY_PPM = 80_000;
const BIAS_OF_LIMIT = 0.1;

export interface DrawnLot {
  readonly truthPpm: number;
  readonly lotMassMg: bigint;
  readonly sums: ContentSums;
}

const sensorOf = ({ sensorModel }: StreamWorld): SensorModel =>
  SENSOR_MODELS.models.find((entry) => entry.sensorModel === sensorModel)!;
const recipeOf = ({ recipe }: StreamWorld): Recipe =>
  RECIPES.recipes.find((entry) => entry.recipe === recipe)!;

/** The sensor of a world with its stated uncertainties and, for tests alone, its true errors. */
export interface WorldSensor {
  readonly knowledge: SensorKnowledge;
  readonly trueGain: number;
  readonly trueBiasPpm: number;
}

export function drawSensor(world: StreamWorld, random: Random, gain?: number): WorldSensor {
  const sensor = sensorOf(world);
  const noise = sensor.elements[world.analyte]!;
  const biasUncertaintyPpm = max(1, floor(BIAS_OF_LIMIT * noise.detectionLimitPpm));
  return {
    knowledge: {
      noise,
      biasPpm: 0,
      biasUncertaintyPpm,
      gainPpm: 0,
      gainUncertaintyPpm: sensor.gainUncertaintyPpm,
      massUncertaintyPpm: MASS_UNCERTAINTY_PPM,
    },
    trueGain: gain ?? 1 + (sensor.gainUncertaintyPpm / 1_000_000) * random.normal(),
    trueBiasPpm: biasUncertaintyPpm * random.normal(),
  };
}

/** A lot of so many pieces, of which the first share went over the belt. */
export function drawLot(
  world: StreamWorld,
  sensor: WorldSensor,
  size: { readonly pieces: number; readonly scannedShare: number },
  random: Random,
): DrawnLot {
  const recipe = recipeOf(world);
  const { classes } = compositionsOf(recipe);
  const { noise } = sensor.knowledge;
  const scanned = floor(size.pieces * size.scannedShare);
  const massMg: number[] = [];
  const ppm: number[] = [];
  let content = 0;
  let mass = 0;
  for (let piece = 0; piece < size.pieces; piece++) {
    let left = random.unit() * 1_000_000;
    const found = classes.find((entry) => (left -= recipe.priorsPpm[entry.class]!) < 0)!;
    const share = drawShare(found.composition[world.analyte]!, random);
    const m = drawMassMg(recipe.stream, random);
    mass += m;
    content += m * share;
    if (piece >= scanned) continue;
    massMg.push(max(1, floor(m * (1 + (MASS_UNCERTAINTY_PPM / 1e6) * random.normal()))));
    const shown = max(0, share + sensor.trueBiasPpm);
    ppm.push(drawReading(shown, noise, sensor.trueGain, random));
  }
  const sums = emptySums();
  addContents(sums, { massMg, ppm });
  return { truthPpm: content / mass, lotMassMg: BigInt(mass), sums };
}

export interface Coverage {
  lots: number;
  held: number;
  below: number;
  above: number;
  /** Sum of half-widths as shares of the estimate. */
  halfWidths: number;
}

export const emptyCoverage = (): Coverage => ({
  lots: 0,
  held: 0,
  below: 0,
  above: 0,
  halfWidths: 0,
});

/** Counts whether the 95 % interval of a lot holds its truth. */
export function cover(
  coverage: Coverage,
  lot: DrawnLot,
  knowledge: SensorKnowledge,
  assays: readonly { readonly ppm: number; readonly uncertaintyPpm: number }[] = [],
): void {
  const share = lotShare({
    lotMassMg: lot.lotMassMg,
    scans: [{ sums: lot.sums, sensor: knowledge }],
    assays,
  })!;
  const { low, high } = intervalOf(share, TWO_SIDED_95);
  coverage.lots++;
  if (lot.truthPpm < low) coverage.below++;
  else if (lot.truthPpm > high) coverage.above++;
  else coverage.held++;
  coverage.halfWidths += (high - low) / 2 / share.value;
}

/** A laboratory's figure for a lot, right within its uncertainty. */
export function drawAssay(
  truthPpm: number,
  relativeUncertainty: number,
  random: Random,
): { readonly ppm: number; readonly uncertaintyPpm: number } {
  const uncertaintyPpm = max(1, floor(truthPpm * relativeUncertainty));
  return { ppm: floor(truthPpm + uncertaintyPpm * random.normal()), uncertaintyPpm };
}

/** What is known of a sensor after some lots were assayed. */
export function anchored(
  knowledge: SensorKnowledge,
  lots: readonly DrawnLot[],
  random: Random,
): SensorKnowledge {
  const pairs = lots.map((lot): AnchorPair => {
    const unbiased = { ...knowledge, gainUncertaintyPpm: 0 };
    const evidence = { scans: [{ sums: lot.sums, sensor: unbiased }], assays: [] };
    const read = lotShare({ lotMassMg: lot.lotMassMg, ...evidence })!;
    const assay = drawAssay(lot.truthPpm, 0.02, random);
    return { read, assay: { value: assay.ppm, deviation: assay.uncertaintyPpm } };
  });
  return { ...knowledge, ...gainFromAssays(pairs, knowledge.gainUncertaintyPpm) };
}
