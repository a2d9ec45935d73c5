import { type StreamRecord, decodeRecord, fold } from '#custody';
import { KNOWN_MODELS, RECIPES, SENSOR_MODELS, classifyFrame, pieceModel } from '#materials';
import { id, runStart } from '../arbitraries/site-day.js';
import { START_MS, Station, adoption, at, emptySite, load } from '../arbitraries/site-stream.js';
import { drawPieces } from '../truth/draw-pieces.js';
import { Random } from '../truth/random.js';

const PIECES = 128 * 200;
const ROUNDS = 40;
const RUN = id('run-1');

const { sensorModel, recipe } = KNOWN_MODELS[0]!;
const model = pieceModel(sensorModel, recipe);
const sensor = SENSOR_MODELS.models.find((entry) => entry.sensorModel === sensorModel)!;
const found = RECIPES.recipes.find((entry) => entry.recipe === recipe)!;

const middle = (rounds: readonly number[]): number =>
  Math.round([...rounds].sort((a, b) => a - b)[rounds.length / 2]!);

/** What checking and folding classified frames costs on this machine: `npm run bench:fold`. */
for (const framePieces of [20, 128]) {
  const checks: number[] = [];
  const folds: number[] = [];
  const { opening, frames } = streamOf(framePieces);
  const bodies = frames.map((raw) => JSON.parse(raw.value.toString()) as unknown);
  for (let round = 0; round < ROUNDS; round++) {
    const set = emptySite();
    load(set, opening);
    fold(set, opening);
    const started = process.hrtime.bigint();
    const records = frames.map((raw, of) => decodeRecord({ ...raw, body: bodies[of] }));
    const checked = process.hrtime.bigint();
    load(set, records);
    fold(set, records);
    folds.push(Number(process.hrtime.bigint() - checked) / PIECES);
    checks.push(Number(checked - started) / PIECES);
  }
  console.log(
    `frames of ${framePieces}, ${model.elements.length} columns: check ${middle(checks)}, ` +
      `fold ${middle(folds)} ns a piece (median of ${ROUNDS} rounds)`,
  );
}

function streamOf(framePieces: number): {
  opening: StreamRecord[];
  frames: Parameters<typeof decodeRecord>[0][];
} {
  const random = new Random(64);
  const line = new Station('line');
  const sorter = new Station('sorter');
  const events = Array.from({ length: PIECES / framePieces }, () => {
    const drawn = drawPieces(found, sensor, framePieces, random);
    const answer = classifyFrame(drawn, model);
    const pieces = Array.from({ length: framePieces }, (_none, piece) => piece);
    return sorter.say('piecesClassified', RUN, {
      scan: {
        runId: RUN,
        offsetMs: pieces,
        massMg: drawn.massMg,
        massMethod: 'volume-model',
        massUncertaintyPpm: 80_000,
        outlet: pieces.map((piece) => piece % 4),
        ppm: { ...drawn.ppm },
        sensorModel,
        calibrationId: 'cal-1',
        recipe,
      },
      classification: {
        model: model.id,
        modelDigest: model.digest,
        classes: [...(answer.hasHazard ? model.allClasses : model.classes)],
        flags: [...(answer.hasHazard ? model.allFlags : model.flags)],
        class: [...answer.class],
        confidencePpm: [...answer.confidencePpm],
        flagged: [...answer.flagged],
      },
    });
  });
  const started = line.say('runStarted', RUN, runStart('run-1', 'a', 'b', 'c', 'd'));
  return {
    opening: [adoption(), started].map((event) => at(event, START_MS)),
    frames: events.map((event) => ({ ...event, ingestTimeMs: START_MS + 1 })),
  };
}
