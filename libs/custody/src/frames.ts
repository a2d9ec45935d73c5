import { type DataOf, type TypedData, invariant } from '#contracts';
import { estimatedLot, estimatedOutlet, estimatedRun } from './accounts.js';
import type { Folding } from './folding.js';
import { CLASSES_MAX, type Cell } from './frame-book.js';
import { isHazardClass, noteHazard, setHazardApart, withHazards } from './hazards.js';
import { noTurnover } from './mass.js';
import type { LotState, RunState, Turnover } from './model.js';
import { post } from './postings.js';
import { noteLate, runNamed } from './run-states.js';
import { totalOf } from './totals.js';
import { lookedUp } from './working-set.js';

interface Columns {
  readonly massMg: readonly (number | null)[];
  readonly outlet: readonly number[];
  /** Index into `classes`; null: the frame was not classified. */
  readonly classIndex: readonly number[] | null;
  readonly classes: readonly string[];
}

const UNRESOLVED = ['unresolved'];

export function classifiedFrame(folding: Folding, frame: DataOf<'piecesClassified'>): void {
  const { scan, classification } = frame;
  const named = classification.flagged.length === 0 ? classification : withHazards(classification);
  bookFrame(folding, scan.runId, {
    massMg: scan.massMg,
    outlet: scan.outlet,
    classIndex: named.class,
    classes: named.classes,
  });
}

/** A frame that no classifier saw: its pieces are of no class yet, never a guess. */
export function scannedFrame(folding: Folding, scan: DataOf<'piecesScanned'>): void {
  const { massMg, outlet } = scan;
  bookFrame(folding, scan.runId, { massMg, outlet, classIndex: null, classes: UNRESOLVED });
}

/** One pass over the columns into sums by (outlet, class), then one step for each sum. */
function bookFrame(folding: Folding, runId: string, columns: Columns): void {
  const run = runNamed(folding, runId);
  if (run.status === 'balanced') noteLate(folding, run);
  const { massMg, outlet, classIndex, classes } = columns;
  const { masses, pieces, touched } = folding.frames;
  const length = massMg.length;
  folding.counts.pieces += length;
  if (classes.length > CLASSES_MAX) {
    bookPieceByPiece(folding, run, columns);
    return;
  }
  let pairs = 0;
  let frameMg = 0;
  for (let piece = 0; piece < length; piece++) {
    const pair = outlet[piece]! * 64 + (classIndex === null ? 0 : classIndex[piece]!);
    const before = pieces[pair]!;
    if (before === 0) touched[pairs++] = pair;
    pieces[pair] = before + 1;
    const mg = massMg[piece] ?? null;
    if (mg === null) continue;
    masses[pair]! += mg;
    frameMg += mg;
  }
  // While the whole frame is a safe integer, so is every part of it.
  const exact = Number.isSafeInteger(frameMg);
  const cells = folding.frames.cellsOf(runId);
  for (let at = 0; at < pairs; at++) {
    const pair = touched[at]!;
    if (exact) {
      const cell = cellOf(folding, run, cells, pair >> 6, classes[pair & 63]!);
      add(folding, cell, masses[pair]!, pieces[pair]!);
      if (cell.isHazard) noteHazard(folding, cell, pieces[pair]!, BigInt(masses[pair]!));
    }
    masses[pair] = 0;
    pieces[pair] = 0;
  }
  if (!exact) bookPieceByPiece(folding, run, columns);
}

/** For frames of masses no belt can carry, or of more classes than a frame has room for. */
function bookPieceByPiece(folding: Folding, run: RunState, columns: Columns): void {
  const { massMg, outlet, classIndex, classes } = columns;
  bookParts(
    folding,
    run,
    massMg.map((mg, piece) => ({
      outlet: outlet[piece]!,
      class: classes[classIndex === null ? 0 : classIndex[piece]!]!,
      massMg: mg,
    })),
  );
}

/** Something that went to an outlet; without a mass it is counted, not booked. */
export interface Part {
  readonly outlet: number;
  readonly class: string;
  readonly massMg: number | null;
}

/** One by one: slow, and as exact as any other. */
export function bookParts(folding: Folding, run: RunState, parts: readonly Part[]): void {
  const cells = folding.frames.cellsOf(run.runId);
  const hazards = new Map<Cell, { pieces: number; massMg: bigint }>();
  for (const part of parts) {
    const cell = cellOf(folding, run, cells, part.outlet, part.class);
    const mg = part.massMg ?? 0;
    add(folding, cell, mg, 1);
    if (!cell.isHazard) continue;
    const found = hazards.get(cell) ?? { pieces: 0, massMg: 0n };
    hazards.set(cell, { pieces: found.pieces + 1, massMg: found.massMg + BigInt(mg) });
  }
  for (const [cell, { pieces, massMg }] of hazards) noteHazard(folding, cell, pieces, massMg);
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
    massMg: 0n,
    fromIndex: folding.cause,
    toIndex: folding.cause,
  };
  folding.frames.cells.push(cell);
  return cell;
}

/** Brings what is held back of a cell into the states and the growth of its accounts. */
function settleCell(folding: Folding, cell: Cell): void {
  if (cell.pendingPieces === 0) return;
  const massMg = BigInt(cell.pendingMg);
  const pieces = BigInt(cell.pendingPieces);
  const index = cell.toIndex - 1;
  const { run, lot, row } = cell;
  cell.pendingMg = 0;
  cell.pendingPieces = 0;
  cell.massMg += massMg;
  row.massMg += massMg;
  row.pieces += pieces;
  run.pieces += pieces;
  run.changedIndex = Math.max(run.changedIndex, index);
  folding.runs.add(run);
  if (massMg > 0n) {
    folding.growth(cell.debit).debitsMg += massMg;
    folding.growth(cell.credit).creditsMg += massMg;
  }
  if (lot !== null) estimateLot(folding, lot, { class: cell.pieceClass, massMg, pieces }, index);
}

function estimateLot(
  folding: Folding,
  lot: LotState,
  row: { readonly class: string; readonly massMg: bigint; readonly pieces: bigint },
  index: number,
): void {
  estimatedOf(lot, row.class).debitsMg += row.massMg;
  lot.pieces += row.pieces;
  lot.changedIndex = Math.max(lot.changedIndex, index);
  folding.lots.add(lot);
  const total = totalOf(folding, { stream: lot.stream, class: row.class }, index);
  total.estimated.debitsMg += row.massMg;
  total.pieces += row.pieces;
}

/** A class may be named like a member that every object has, so only own members count. */
function estimatedOf(lot: LotState, pieceClass: string): Turnover {
  if (!Object.hasOwn(lot.estimated, pieceClass)) lot.estimated[pieceClass] = noTurnover();
  return lot.estimated[pieceClass]!;
}

/** Brings all that is held back of a run into the states, before something reads them. */
function settleFramesOf(folding: Folding, run: RunState): void {
  for (const cell of folding.frames.cells) if (cell.run === run) settleCell(folding, cell);
}

/** Moves what pieces went to outlets of the run to the lots that now stand behind them. */
export function assignEstimates(folding: Folding, run: RunState): void {
  settleFramesOf(folding, run);
  folding.frames.retire(run.runId);
  const { runId } = run;
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

/** What came to an outlet goes over to the lot that stands behind it after all. */
export function moveEstimates(
  folding: Folding,
  run: RunState,
  outlet: number,
  { from, to }: { readonly from: LotState | null; readonly to: LotState },
): void {
  settleFramesOf(folding, run);
  folding.frames.retire(run.runId);
  for (const row of run.estimatedOut.filter((known) => known.outlet === outlet)) {
    const { massMg } = row;
    const credit =
      from === null
        ? estimatedOutlet(run.runId, outlet, row.class)
        : estimatedLot(from.lotId, row.class);
    post(folding, { debit: estimatedLot(to.lotId, row.class), credit, massMg, code: 'correction' });
    if (from !== null) unestimateLot(folding, from, row);
    estimateLot(folding, to, row, folding.cause);
  }
}

/** Takes pieces back from a lot; its total keeps both sides, as every account does. */
function unestimateLot(
  folding: Folding,
  lot: LotState,
  row: { readonly class: string; readonly massMg: bigint; readonly pieces: bigint },
): void {
  estimatedOf(lot, row.class).creditsMg += row.massMg;
  lot.pieces -= row.pieces;
  lot.changedIndex = folding.cause;
  folding.lots.add(lot);
  const total = totalOf(folding, { stream: lot.stream, class: row.class });
  total.estimated.creditsMg += row.massMg;
}

/** A frame is declared erroneous: its sums are taken back. Returns the lots that lose by it. */
export function withdrawFrame(
  folding: Folding,
  frame: Extract<TypedData, { readonly key: 'piecesClassified' | 'piecesScanned' }>,
): LotState[] {
  const { runId, massMg, outlet } = frame.key === 'piecesScanned' ? frame.data : frame.data.scan;
  const classOf = (piece: number): string =>
    frame.key === 'piecesScanned'
      ? UNRESOLVED[0]!
      : frame.data.classification.classes[frame.data.classification.class[piece]!]!;
  const run = runNamed(folding, runId);
  settleFramesOf(folding, run);
  folding.frames.retire(runId);
  const sums = new Map<string, { outlet: number; class: string; massMg: bigint; pieces: bigint }>();
  outlet.forEach((to, piece) => {
    const key = `${to} ${classOf(piece)}`;
    const sum = sums.get(key) ?? { outlet: to, class: classOf(piece), massMg: 0n, pieces: 0n };
    sum.massMg += BigInt(massMg[piece] ?? 0);
    sum.pieces++;
    sums.set(key, sum);
  });
  const lots = new Set<LotState>();
  for (const sum of sums.values()) {
    const row = run.estimatedOut.find(
      (known) => known.outlet === sum.outlet && known.class === sum.class,
    );
    invariant(row !== undefined, `${runId} has no pieces of ${sum.class} at outlet ${sum.outlet}`);
    row.massMg -= sum.massMg;
    row.pieces -= sum.pieces;
    run.pieces -= sum.pieces;
    const lotId = run.outlets.find((listed) => listed.outlet === sum.outlet)?.lotId;
    const lot = lotId === undefined ? null : lookedUp(folding.set.lots, lotId);
    const credit =
      lot === null
        ? estimatedOutlet(runId, sum.outlet, sum.class)
        : estimatedLot(lot.lotId, sum.class);
    const { massMg: mass } = sum;
    post(folding, { debit: estimatedRun(runId), credit, massMg: mass, code: 'correction' });
    if (lot === null) continue;
    unestimateLot(folding, lot, sum);
    lots.add(lot);
  }
  run.changedIndex = folding.cause;
  folding.runs.add(run);
  return [...lots];
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
}
