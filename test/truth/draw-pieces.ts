import {
  type ElementShare,
  type Recipe,
  type SensorModel,
  compositionsOf,
  deviationOf,
  exactExp,
  exactLog,
} from '#materials';
import type { Random } from './random.js';

/** Taken once: a global is slow to find where modules run in a context of their own. */
const { floor } = Math;

/** Pieces with their truth, in columns, and what a sensor read of them. */
export interface DrawnPieces {
  /** Index into the classes of the recipe's composition book. */
  readonly truth: Uint8Array;
  readonly massMg: number[];
  /** True shares, ppm, by analyte. */
  readonly sharesPpm: Readonly<Record<string, Float64Array>>;
  /** Readings as a frame has them. */
  readonly ppm: Readonly<Record<string, number[]>>;
}

/** Mean and log deviation of a piece's mass; assumed (docs/truth.md). */
const MASS: Readonly<Record<Recipe['stream'], readonly [number, number]>> = {
  steel: [400_000, 0.8],
  ewaste: [900_000, 0.9],
  textiles: [300_000, 0.5],
};

const LOG_CENTRE = Object.fromEntries(
  Object.entries(MASS).map(([stream, [mean, spread]]) => [
    stream,
    exactLog(mean) - (spread * spread) / 2,
  ]),
);

export function drawMassMg(stream: Recipe['stream'], random: Random): number {
  const drawn = LOG_CENTRE[stream]! + MASS[stream][1] * random.normal();
  return floor(exactExp(drawn)) + 1_000;
}

/** Centre and deviation of a share, of its logarithm where it is log-normal; taken once. */
const samplers = new WeakMap<ElementShare, readonly [number, number]>();

function samplerOf(share: ElementShare): readonly [number, number] {
  const existing = samplers.get(share);
  if (existing !== undefined) return existing;
  const spread = share.distribution === 'normal' ? share.spread : share.spread / 1_000;
  const centre =
    share.distribution === 'normal'
      ? share.meanPpm
      : exactLog(share.meanPpm) - (spread * spread) / 2;
  const made = [centre, spread] as const;
  samplers.set(share, made);
  return made;
}

export function drawShare(share: ElementShare, random: Random): number {
  const [centre, spread] = samplerOf(share);
  for (;;) {
    const drawn = centre + spread * random.normal();
    const value = share.distribution === 'normal' ? drawn : exactExp(drawn);
    if (value >= 0 && value <= 1_000_000) return value;
  }
}

/** A reading of a true share: noise as the model's book says, a gain that is the sensor's own. */
export function drawReading(
  sharePpm: number,
  noise: SensorModel['elements'][string],
  gain: number,
  random: Random,
): number {
  const value = sharePpm * gain + deviationOf(sharePpm, noise) * random.normal();
  const reading = floor(value + 0.5);
  if (reading < noise.detectionLimitPpm) return -noise.detectionLimitPpm;
  return reading > 1_000_000 ? 1_000_000 : reading;
}

function drawClass(random: Random, recipe: Recipe, names: readonly string[]): number {
  let left = random.unit() * 1_000_000;
  for (let at = 0; at < names.length; at++) {
    left -= recipe.priorsPpm[names[at]!] ?? 0;
    if (left < 0) return at;
  }
  return 0;
}

/** Pieces as the books say they are, read as the sensor's book says it reads. */
export function drawPieces(
  recipe: Recipe,
  sensor: SensorModel,
  count: number,
  random: Random,
): DrawnPieces {
  const { classes } = compositionsOf(recipe);
  const names = classes.map((entry) => entry.class);
  const analytes = Object.keys(sensor.elements).filter(
    (name) => classes[0]!.composition[name] !== undefined,
  );
  const drawn: DrawnPieces = {
    truth: new Uint8Array(count),
    massMg: [],
    sharesPpm: Object.fromEntries(analytes.map((name) => [name, new Float64Array(count)])),
    ppm: Object.fromEntries(analytes.map((name) => [name, []])),
  };
  for (let piece = 0; piece < count; piece++) {
    const at = drawClass(random, recipe, names);
    drawn.truth[piece] = at;
    drawn.massMg.push(drawMassMg(recipe.stream, random));
    for (const name of analytes) {
      const share = drawShare(classes[at]!.composition[name]!, random);
      drawn.sharesPpm[name]![piece] = share;
      drawn.ppm[name]!.push(drawReading(share, sensor.elements[name]!, 1, random));
    }
  }
  return drawn;
}
