import { describe, expect, it } from '@jest/globals';
import { RECIPES } from './books/recipes.js';
import { SENSOR_MODELS, type SensorModel } from './books/sensor-models.js';
import { type ElementShare, STEEL_CLASSES } from './books/steel-classes.js';
import { type ReadingColumn, classifyFrame } from './classify-frame.js';
import { deviationOf } from './likelihood-table.js';
import { steelModel } from './steel-model.js';

/** Mulberry32: the same draws on every run. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function drawShare(share: ElementShare, random: () => number): number {
  const spread = share.spread / 1_000;
  const value = Math.exp(Math.log(share.meanPpm) - (spread * spread) / 2 + spread * normal(random));
  return value > 1_000_000 ? drawShare(share, random) : value;
}

const recipe = RECIPES.recipes[0]!;

interface Draw {
  readonly truth: readonly string[];
  readonly massMg: readonly number[];
  readonly ppm: Record<string, ReadingColumn>;
}

/** Pieces as the books say they are, read as the sensor's book says it reads. */
function draw(sensor: SensorModel, pieces: number, seed: number): Draw {
  const random = uniform(seed);
  const truth: string[] = [];
  const ppm: Record<string, number[]> = Object.fromEntries(
    Object.keys(sensor.elements).map((symbol) => [symbol, []]),
  );
  for (let piece = 0; piece < pieces; piece++) {
    let left = random() * 1_000_000;
    const found = STEEL_CLASSES.classes.find(
      (entry) => (left -= recipe.priorsPpm[entry.class]!) < 0,
    )!;
    truth.push(found.class);
    for (const [symbol, noise] of Object.entries(sensor.elements)) {
      const share = drawShare(found.composition[symbol]!, random);
      const reading = Math.round(share + deviationOf(share, noise) * normal(random));
      const limit = noise.detectionLimitPpm;
      ppm[symbol]!.push(reading < limit ? -limit : Math.min(reading, 1_000_000));
    }
  }
  return { truth, massMg: truth.map(() => 1), ppm };
}

describe.each(SENSOR_MODELS.models)('the model of $sensorModel', (sensor) => {
  const pieces = 25_000;
  const model = steelModel(sensor.sensorModel, recipe.recipe);
  const held = draw(sensor, pieces, 20_261_124);
  const answer = classifyFrame(held, model);
  const isRight = (piece: number): boolean =>
    model.classes[answer.class[piece]!] === held.truth[piece];

  it('is right as often as it says, wherever it names a class', () => {
    const bands: readonly (readonly [number, number])[] = [
      [800_000, 850_000],
      [850_000, 950_000],
      [950_000, 990_000],
      [990_000, 1_000_001],
    ];
    for (const [from, to] of bands) {
      let said = 0;
      let right = 0;
      let count = 0;
      for (let piece = 0; piece < pieces; piece++) {
        const confidence = answer.confidencePpm[piece]!;
        if (confidence < from || confidence >= to) continue;
        count++;
        said += confidence / 1_000_000;
        if (isRight(piece)) right++;
      }
      expect(count).toBeGreaterThan(60);
      // Three standard errors of a share, and a bound that no luck explains.
      const tolerance = 3 * Math.sqrt((said / count) * (1 - said / count) * (1 / count)) + 0.005;
      expect(Math.abs(right / count - said / count)).toBeLessThan(tolerance);
    }
  });

  it('of pieces it is about 90 % sure of, 85 to 95 % are right', () => {
    let right = 0;
    let count = 0;
    answer.confidencePpm.forEach((confidence, piece) => {
      if (confidence < 860_000 || confidence >= 940_000) return;
      count++;
      if (isRight(piece)) right++;
    });
    expect(count).toBeGreaterThan(100);
    expect(right / count).toBeGreaterThan(0.85);
    expect(right / count).toBeLessThan(0.95);
  });

  it('calls hardly any piece implausible that its books explain', () => {
    const implausible = model.flags.indexOf('implausible');
    let count = 0;
    for (let at = 1; at < answer.flagged.length; at += 2) {
      if (answer.flagged[at] === implausible) count++;
    }
    expect(count / pieces).toBeLessThan(0.001);
  });

  it('finds what a ferrous line is there for', () => {
    const found = new Map<string, number>();
    const present = new Map<string, number>();
    held.truth.forEach((name, piece) => {
      present.set(name, (present.get(name) ?? 0) + 1);
      if (isRight(piece)) found.set(name, (found.get(name) ?? 0) + 1);
    });
    const recall = (name: string): number => found.get(name)! / present.get(name)!;
    expect(recall('carbon-steel')).toBeGreaterThan(0.7);
    expect(recall('copper-bearing')).toBeGreaterThan(0.7);
    expect(recall('stainless-austenitic')).toBeGreaterThan(0.9);
  });
});

describe('the books together', () => {
  it('describe a feed with the copper that is published for regular shredded scrap', () => {
    const meanPpm = STEEL_CLASSES.classes.reduce(
      (sum, entry) =>
        sum + (recipe.priorsPpm[entry.class]! * entry.composition['Cu']!.meanPpm) / 1_000_000,
      0,
    );
    expect(meanPpm).toBeGreaterThan(2_600);
    expect(meanPpm).toBeLessThan(5_600);
  });
});
