import { KNOWN_MODELS, RECIPES, SENSOR_MODELS, classifyFrame, pieceModel } from '#materials';
import { drawPieces } from '../truth/draw-pieces.js';
import { Random } from '../truth/random.js';

const FRAME_PIECES = 64;
const FRAMES = 200;
const ROUNDS = 60;

/** What classifying costs on this machine, in frames of 64: `npm run bench:classifier`. */
for (const { sensorModel, recipe } of KNOWN_MODELS) {
  const model = pieceModel(sensorModel, recipe);
  const sensor = SENSOR_MODELS.models.find((entry) => entry.sensorModel === sensorModel)!;
  const found = RECIPES.recipes.find((entry) => entry.recipe === recipe)!;
  const random = new Random(64);
  const frames = Array.from({ length: FRAMES }, () =>
    drawPieces(found, sensor, FRAME_PIECES, random),
  );
  const nanosecondsOfRound = (): number => {
    const start = process.hrtime.bigint();
    for (const frame of frames) classifyFrame(frame, model);
    return Number(process.hrtime.bigint() - start) / (FRAMES * FRAME_PIECES);
  };
  const rounds = Array.from({ length: ROUNDS }, nanosecondsOfRound).sort((a, b) => a - b);
  console.log(
    `${sensorModel} ${recipe}: ${model.elements.length} columns, ${model.logPriors.length} classes, ` +
      `${Math.round(rounds[ROUNDS / 2]!)} ns a piece (median of ${ROUNDS} rounds), ` +
      `${Math.round(rounds[0]!)} at best`,
  );
}
