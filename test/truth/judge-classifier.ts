import {
  KNOWN_MODELS,
  type ModelNames,
  type PieceModel,
  RECIPES,
  SENSOR_MODELS,
  classifyFrame,
  pieceModel,
} from '#materials';
import { type Band, band } from './bands.js';
import { drawPieces } from './draw-pieces.js';
import { Random } from './random.js';

/** How a model does on simulated truth that it has not seen; there is no other truth. */
export interface Judgement {
  readonly names: ModelNames;
  readonly model: PieceModel;
  readonly pieces: number;
  readonly bands: readonly Band[];
  /** Confidence of 88 to 92 %. */
  readonly ninety: Band;
  /** [truth][said]: pieces, and milligrams. The last said is `unresolved`. */
  readonly counts: readonly number[][];
  readonly massMg: readonly number[][];
  readonly implausible: number;
}

const matrix = (size: number): number[][] =>
  Array.from({ length: size - 1 }, () => new Array<number>(size).fill(0));

const SEED = 20_261_125;

export function judgeClassifier(names: ModelNames, pieces: number): Judgement {
  const model = pieceModel(names.sensorModel, names.recipe);
  const recipe = RECIPES.recipes.find((entry) => entry.recipe === names.recipe)!;
  const sensor = SENSOR_MODELS.models.find((entry) => entry.sensorModel === names.sensorModel)!;
  const held = drawPieces(recipe, sensor, pieces, new Random(SEED));
  const answer = classifyFrame(held, model);
  const implausible = model.flags.indexOf('implausible');
  const judged: Judgement = {
    names,
    model,
    pieces,
    bands: [band(800_000, 850_000), band(850_000, 950_000), band(950_000, 990_000)].concat(
      band(990_000, 1_000_001),
    ),
    ninety: band(880_000, 920_000),
    counts: matrix(model.classes.length),
    massMg: matrix(model.classes.length),
    implausible: answer.flagged.filter((flag, at) => at % 2 === 1 && flag === implausible).length,
  };
  for (let piece = 0; piece < pieces; piece++) {
    const truth = held.truth[piece]!;
    const said = answer.class[piece]!;
    const confidence = answer.confidencePpm[piece]!;
    judged.counts[truth]![said]! += 1;
    judged.massMg[truth]![said]! += held.massMg[piece]!;
    for (const one of [...judged.bands, judged.ninety]) one.count(confidence, truth === said);
  }
  return judged;
}

export const judgeAll = (pieces: number): readonly Judgement[] =>
  KNOWN_MODELS.map((names) => judgeClassifier(names, pieces));
