import { type DataOf, type EventAttributes, invariant } from '#contracts';
import { estimatedLot, estimatedOutlet, estimatedRun } from './accounts.js';
import type { Folding } from './folding.js';
import { CLASSES_MAX, type Cell } from './frame-book.js';
import {
  type Columns,
  type Part,
  classifiedColumns,
  partsOf,
  scannedColumns,
} from './frame-parts.js';
import { estimateLot, settleCell, settleFramesOf } from './frame-sums.js';
import { isHazardClass, noteHazard, setHazardApart } from './hazards.js';
import type { RunState } from './model.js';
import { post } from './postings.js';
import { moveReadings } from './reading-moves.js';
import { readFrame, settleAllReadings } from './readings.js';
import { noteLate, runNamed } from './run-states.js';
import { lookedUp } from './working-set.js';

/** Returns the run of the frame. */
export function classifiedFrame(
  folding: Folding,
  frame: DataOf<'piecesClassified'>,
  attributes: EventAttributes,
): RunState {
  const run = bookFrame(folding, frame.scan.runId, classifiedColumns(frame));
  readFrame(folding, run, frame.scan, attributes);
  return run;
}

/** A frame that no classifier saw: its pieces are of no class yet, never a guess. */
export function scannedFrame(
  folding: Folding,
  scan: DataOf<'piecesScanned'>,
  attributes: EventAttributes,
): RunState {
  const run = bookFrame(folding, scan.runId, scannedColumns(scan));
  readFrame(folding, run, scan, attributes);
  return run;
}

/** One pass over the columns into sums by (outlet, class), then one step for each sum. */
function bookFrame(folding: Folding, runId: string, columns: Columns): RunState {
  const run = runNamed(folding, runId);
  if (run.status === 'balanced') noteLate(folding, run);
  const { massMg, outlet, classIndex, classes, massUncertaintyPpm } = columns;
  const { masses, pieces, unweighed, touched } = folding.frames;
  const length = massMg.length;
  folding.counts.pieces += length;
  if (classes.length > CLASSES_MAX) {
    bookParts(folding, run, partsOf(columns));
    return run;
  }
  let pairs = 0;
  let frameMg = 0;
  for (let piece = 0; piece < length; piece++) {
    const pair = outlet[piece]! * 64 + (classIndex === null ? 0 : classIndex[piece]!);
    const before = pieces[pair]!;
    if (before === 0) touched[pairs++] = pair;
    pieces[pair] = before + 1;
    const mg = massMg[piece] ?? null;
    if (mg === null) unweighed[pair]!++;
    else {
      masses[pair]! += mg;
      frameMg += mg;
    }
  }
  // While the whole frame is a safe integer, so is every part of it.
  const exact = Number.isSafeInteger(frameMg);
  const cells = folding.frames.cellsOf(runId);
  for (let at = 0; at < pairs; at++) {
    const pair = touched[at]!;
    if (exact) {
      const cell = cellOf(folding, run, cells, pair >> 6, classes[pair & 63]!);
      uncertainBy(folding, cell, massUncertaintyPpm);
      add(folding, cell, masses[pair]!, pieces[pair]!);
      cell.pendingUnweighed += unweighed[pair]!;
      if (cell.isHazard) noteHazard(folding, cell, pieces[pair]!, BigInt(masses[pair]!));
    }
    masses[pair] = 0;
    pieces[pair] = 0;
    unweighed[pair] = 0;
  }
  if (!exact) bookParts(folding, run, partsOf(columns));
  return run;
}

/** One by one: for masses no belt can carry, or more classes than a frame has room for. */
export function bookParts(folding: Folding, run: RunState, parts: readonly Part[]): void {
  const cells = folding.frames.cellsOf(run.runId);
  const hazards = new Map<Cell, { pieces: number; massMg: bigint }>();
  for (const part of parts) {
    const cell = cellOf(folding, run, cells, part.outlet, part.class);
    const mg = part.massMg ?? 0;
    uncertainBy(folding, cell, part.massUncertaintyPpm);
    const { pieces = 1 } = part;
    add(folding, cell, mg, pieces);
    if (part.massMg === null || part.isRough === true) cell.pendingUnweighed += pieces;
    if (!cell.isHazard) continue;
    const found = hazards.get(cell) ?? { pieces: 0, massMg: 0n };
    hazards.set(cell, { pieces: found.pieces + pieces, massMg: found.massMg + BigInt(mg) });
  }
  for (const [cell, { pieces, massMg }] of hazards) noteHazard(folding, cell, pieces, massMg);
}

/** What is pending of a cell has one uncertainty. */
function uncertainBy(folding: Folding, cell: Cell, uncertaintyPpm: number): void {
  if (cell.uncertaintyPpm === uncertaintyPpm) return;
  settleCell(folding, cell);
  cell.uncertaintyPpm = uncertaintyPpm;
}

function add(folding: Folding, cell: Cell, mg: number, pieces: number): void {
  if (!Number.isSafeInteger(cell.pendingMg + mg)) settleCell(folding, cell);
  cell.pendingMg += mg;
  cell.pendingPieces += pieces;
  cell.toIndex = folding.cause + 1;
}

function cellOf(
  folding: Folding,
  run: RunState,
  cells: Map<string, (Cell | undefined)[]>,
  outlet: number,
  pieceClass: string,
): Cell {
  let byOutlet = cells.get(pieceClass);
  if (byOutlet === undefined) {
    byOutlet = [];
    cells.set(pieceClass, byOutlet);
  }
  return (byOutlet[outlet] ??= newCell(folding, run, outlet, pieceClass));
}

function newCell(folding: Folding, run: RunState, outlet: number, pieceClass: string): Cell {
  let row = run.estimatedOut.find((known) => known.outlet === outlet && known.class === pieceClass);
  if (row === undefined) {
    row = { outlet, class: pieceClass, massMg: 0n, pieces: 0n };
    run.estimatedOut.push(row);
  }
  const lotId = run.outlets.find((listed) => listed.outlet === outlet)?.lotId;
  const lot = lotId === undefined ? null : lookedUp(folding.set.lots, lotId);
  const cell: Cell = {
    run,
    lot,
    pieceClass,
    isHazard: isHazardClass(pieceClass),
    debit:
      lot === null
        ? estimatedOutlet(run.runId, outlet, pieceClass)
        : estimatedLot(lot.lotId, pieceClass),
    credit: estimatedRun(run.runId),
    row,
    pendingMg: 0,
    pendingPieces: 0,
    pendingUnweighed: 0,
    uncertaintyPpm: 0,
    massMg: 0n,
    fromIndex: folding.cause,
    toIndex: folding.cause,
  };
  folding.frames.cells.push(cell);
  return cell;
}

/** Makes later frames of the run begin new sums: its outlets mean other accounts now. */
export function retireFramesOf(folding: Folding, { runId }: RunState): void {
  folding.frames.retire(runId);
  folding.readings.retire(runId);
}

/** Moves what pieces went to outlets of the run to the lots that now stand behind them. */
export function assignEstimates(folding: Folding, run: RunState): void {
  settleFramesOf(folding, run);
  retireFramesOf(folding, run);
  const { runId } = run;
  for (const { outlet, lotId } of run.outlets) {
    const to = lookedUp(folding.set.lots, lotId);
    if (to !== null) moveReadings(folding, run, outlet, { from: null, to });
  }
  for (const row of run.estimatedOut) {
    const lotId = run.outlets.find(({ outlet }) => outlet === row.outlet)?.lotId;
    if (lotId === undefined) continue;
    const lot = lookedUp(folding.set.lots, lotId);
    invariant(lot !== null, `run.started of ${run.runId} did not open ${lotId}`);
    post(folding, {
      debit: estimatedLot(lotId, row.class),
      credit: estimatedOutlet(run.runId, row.outlet, row.class),
      massMg: row.massMg,
      code: 'outlet-assigned',
    });
    estimateLot(folding, lot, row, folding.cause);
    if (row.hazardNoted === true) setHazardApart(folding, lot, runId);
  }
}

/**
 * Everything into the states, and one netted posting a cell: at the end of the call, and before an
 * entry that no posting may span.
 */
export function settleAllFrames(folding: Folding): void {
  for (const cell of folding.frames.cells) {
    settleCell(folding, cell);
    const { debit, credit, massMg, fromIndex, toIndex } = cell;
    if (massMg === 0n) continue;
    folding.postings.push({ debit, credit, massMg, code: 'scan', fromIndex, toIndex });
  }
  folding.frames.clear();
  settleAllReadings(folding);
}
