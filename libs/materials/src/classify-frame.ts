import { exactExp } from './exact-math.js';
import { gridPoint, gridReading } from './likelihood-table.js';
import type { FrameReadings, ReadingColumn } from './frame-readings.js';
import { type HazardFinds, findHazards } from './find-hazards.js';
import { PIECE_FLAGS, type ModelElement, type PieceFlag, type PieceModel } from './piece-model.js';

/** The answer in columns, a piece a cell. */
export interface FrameClasses {
  /** Index into the model's `classes`, followed by the hazards' classes. */
  readonly class: Uint8Array;
  /**
   * Posterior probability of the best class, also where that was too small to name it; 0 where no
   * class explains the reading or the model is unknown.
   */
  readonly confidencePpm: Uint32Array;
  /**
   * Pairs (piece, index into the model's `flags`, followed by the hazards'), flattened, in order of
   * piece and flag.
   */
  readonly flagged: readonly number[];
  /** Whether a piece is hazardous, so that the hazards' classes and flags are needed. */
  readonly hasHazard: boolean;
}

/** Room for the sums of one frame; grows to the largest frame seen and is used again. */
let logPosterior = new Float64Array(0);
let deviance = new Float64Array(0);
let measured = new Uint8Array(0);
let uncensored = new Uint8Array(0);

function makeRoom(pieces: number, classes: number): void {
  if (logPosterior.length < pieces * classes) {
    logPosterior = new Float64Array(pieces * classes);
    deviance = new Float64Array(pieces * classes);
  }
  if (measured.length < pieces) {
    measured = new Uint8Array(pieces);
    uncensored = new Uint8Array(pieces);
  }
}

/**
 * Most probable class of every piece: prior × Π P(reading | class), normalised. Pieces do not
 * influence each other, so a frame gives what its pieces give one by one, bit for bit, on any
 * machine.
 */
export function classifyFrame(frame: FrameReadings, model: PieceModel): FrameClasses {
  const pieces = frame.massMg.length;
  const hazards = findHazards(frame);
  const answer = {
    class: new Uint8Array(pieces),
    confidencePpm: new Uint32Array(pieces),
    flagged: new Array<number>(),
    hasHazard: hazards !== undefined,
  };
  if (!model.known) {
    for (let piece = 0; piece < pieces; piece++) {
      if (hazards !== undefined && hazards.at[piece]! >= 0) {
        nameHazard(piece, hazards, model, answer);
      } else {
        answer.flagged.push(piece, IS_UNKNOWN_MODEL);
      }
    }
    return answer;
  }
  const classes = model.logPriors.length;
  makeRoom(pieces, classes);
  for (let at = 0; at < pieces * classes; at++) logPosterior[at] = model.logPriors[at % classes]!;
  deviance.fill(0, 0, pieces * classes);
  measured.fill(0, 0, pieces);
  uncensored.fill(0, 0, pieces);
  for (const element of model.elements) {
    const column = frame.ppm[element.symbol];
    if (column !== undefined) addElement(column, element, pieces, classes);
  }
  for (let piece = 0; piece < pieces; piece++) {
    if (hazards !== undefined && hazards.at[piece]! >= 0) nameHazard(piece, hazards, model, answer);
    else decidePiece(piece, model, answer);
  }
  return answer;
}

/** Adds one element's log-likelihoods to the sums of all pieces. */
function addElement(
  column: ReadingColumn,
  { table }: ModelElement,
  pieces: number,
  classes: number,
): void {
  const { peak } = table;
  for (let piece = 0; piece < pieces; piece++) {
    const cell = column[piece];
    if (cell === null || cell === undefined) continue;
    const isCensored = cell < 0;
    const reading = isCensored ? -cell : cell;
    const values = isCensored ? table.below : table.density;
    measured[piece] = 1;
    if (!isCensored) uncensored[piece] = 1;
    const point = gridPoint(reading);
    const low = gridReading(point);
    const share = reading === low ? 0 : (reading - low) / (gridReading(point + 1) - low);
    const from = point * classes;
    const to = piece * classes;
    for (let c = 0; c < classes; c++) {
      const lower = values[from + c]!;
      const value = lower + share * (values[from + classes + c]! - lower);
      logPosterior[to + c]! += value;
      deviance[to + c]! += (isCensored ? 0 : peak[c]!) - value;
    }
  }
}

interface Answer {
  readonly class: Uint8Array;
  readonly confidencePpm: Uint32Array;
  readonly flagged: number[];
}

const { floor } = Math;

/** e^-40 of the best class changes no digit that is kept. */
const NEGLIGIBLE_NATS = -40;

const flagIndex = (flag: PieceFlag): number => PIECE_FLAGS.indexOf(flag);
const IS_UNRESOLVED = flagIndex('unresolved');
const IS_IMPLAUSIBLE = flagIndex('implausible');
const IS_BELOW_DETECTION = flagIndex('below-detection');
const IS_UNKNOWN_MODEL = flagIndex('unknown-model');

/** A hazard goes before every class: what it would have been among the harmless is no matter. */
function nameHazard(piece: number, finds: HazardFinds, model: PieceModel, answer: Answer): void {
  const hazard = finds.at[piece]!;
  answer.class[piece] = model.classes.length + hazard;
  answer.confidencePpm[piece] = finds.rightPpm[piece]!;
  answer.flagged.push(piece, model.flags.length + hazard);
}

function decidePiece(piece: number, model: PieceModel, answer: Answer): void {
  const classes = model.logPriors.length;
  const from = piece * classes;
  let best = 0;
  let nearest = deviance[from]!;
  for (let c = 1; c < classes; c++) {
    if (logPosterior[from + c]! > logPosterior[from + best]!) best = c;
    if (deviance[from + c]! < nearest) nearest = deviance[from + c]!;
  }
  const top = logPosterior[from + best]!;
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    const difference = logPosterior[from + c]! - top;
    if (difference > NEGLIGIBLE_NATS) sum += difference === 0 ? 1 : exactExp(difference);
  }
  const confidencePpm = floor(1_000_000 / sum + 0.5);
  const isImplausible = nearest > model.implausibleNats;
  const isUnresolved = confidencePpm < model.thresholdPpm || measured[piece] === 0;
  answer.class[piece] = isUnresolved || isImplausible ? classes : best;
  answer.confidencePpm[piece] = isImplausible ? 0 : confidencePpm;
  if (isUnresolved) answer.flagged.push(piece, IS_UNRESOLVED);
  if (isImplausible) answer.flagged.push(piece, IS_IMPLAUSIBLE);
  if (measured[piece] === 1 && uncensored[piece] === 0) {
    answer.flagged.push(piece, IS_BELOW_DETECTION);
  }
}
