import type { DataOf } from '#contracts';
import { KNOWN_MODELS, RECIPES, SENSOR_MODELS, classifyFrame, pieceModel } from '#materials';
import { classificationOf } from '../truth/classification.js';
import { drawPieces } from '../truth/draw-pieces.js';
import { Random } from '../truth/random.js';

const { sensorModel, recipe } = KNOWN_MODELS[0]!;
const model = pieceModel(sensorModel, recipe);
const sensor = SENSOR_MODELS.models.find((entry) => entry.sensorModel === sensorModel)!;
const found = RECIPES.recipes.find((entry) => entry.recipe === recipe)!;

/** Columns of readings of a frame. */
export const COLUMNS = model.elements.length;

/** Frames with the readings of the first known model, classified by it; the same for every seed. */
export class FrameMaker {
  private readonly random = new Random(64);

  /** @param outlets that the pieces go to, in turn */
  constructor(
    private readonly framePieces: number,
    private readonly outlets: number,
  ) {}

  next(runId: string): DataOf<'piecesClassified'> {
    const drawn = drawPieces(found, sensor, this.framePieces, this.random);
    const answer = classifyFrame(drawn, model);
    const pieces = Array.from({ length: this.framePieces }, (_none, piece) => piece);
    return {
      scan: {
        runId,
        offsetMs: pieces,
        massMg: drawn.massMg,
        massMethod: 'volume-model',
        massUncertaintyPpm: 80_000,
        outlet: pieces.map((piece) => piece % this.outlets),
        ppm: { ...drawn.ppm },
        sensorModel,
        calibrationId: 'cal-1',
        recipe,
      },
      classification: classificationOf(model, answer),
    };
  }
}
