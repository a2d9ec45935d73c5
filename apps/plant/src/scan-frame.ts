import type { DataOf } from '#contracts';
import { FIGURES } from './plant-book.js';
import type { Random } from './random.js';
import type { RunState } from './run-state.js';
import type { Sensor } from './sensor.js';
import {
  ELEMENTS,
  RECIPE,
  drawClass,
  drawComposition,
  drawMassMg,
  sortPiece,
} from './steel-world.js';

const truePpm = new Float64Array(ELEMENTS.length);

/** Draws the next pieces of the run, sorts them, and gives what the sensor says of them. */
export function scanFrame(
  run: RunState,
  sensor: Sensor,
  random: { readonly masses: Random; readonly world: Random },
  frame: { readonly pieces: number; readonly windowMs: number },
): DataOf<'piecesScanned'> {
  const { pieces, windowMs } = frame;
  const { world, masses } = random;
  const offsetMs = new Array<number>(pieces);
  const massMg = new Array<number>(pieces);
  const outlet = new Array<number>(pieces);
  const columns = ELEMENTS.map(() => new Array<number>(pieces));
  const massNoise = FIGURES.pieceMassReadingPpm.value / 1_000_000;
  const dustShare = run.plan.dustMg / run.plan.piecesMg;
  for (let piece = 0; piece < pieces; piece++) {
    const mass = drawMassMg(masses);
    const classIndex = drawClass(world, run.plan.shares);
    drawComposition(world, classIndex, truePpm);
    const { meant, reached } = sortPiece(world, classIndex);
    offsetMs[piece] = Math.floor((piece * windowMs) / pieces);
    massMg[piece] = Math.max(1, Math.round(mass * (1 + massNoise * world.normal())));
    outlet[piece] = meant;
    const into = run.outlets.find((candidate) => candidate.outlet === reached)!;
    into.massMg += mass;
    into.unweighedMg += mass;
    into.pieces++;
    into.classesMg[classIndex]! += mass;
    for (let element = 0; element < columns.length; element++) {
      const share = truePpm[element]!;
      into.elementsMg[element]! += (mass * share) / 1_000_000;
      columns[element]![piece] = sensor.read(world, element, share);
    }
    run.fedMg += mass * (1 + dustShare);
  }
  run.scanned += pieces;
  return {
    runId: run.plan.runId,
    offsetMs,
    massMg,
    massMethod: 'volume-model',
    massUncertaintyPpm: FIGURES.pieceMassReadingPpm.value,
    outlet,
    ppm: Object.fromEntries(ELEMENTS.map((element, at) => [element, columns[at]!])),
    sensorModel: sensor.sensorModel,
    calibrationId: sensor.calibrationId,
    recipe: RECIPE.recipe,
  };
}
