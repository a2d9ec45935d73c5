import type { Folding } from './folding.js';
import type { Cell } from './frame-book.js';
import { noTurnover } from './mass.js';
import type { LotState, RunState, Turnover } from './model.js';
import { settleReadingsOf } from './readings.js';
import { totalOf } from './totals.js';

/** Brings what is held back of a cell into the states and the growth of its accounts. */
export function settleCell(folding: Folding, cell: Cell): void {
  if (cell.pendingPieces === 0 && cell.pendingMg === 0) return;
  const massMg = BigInt(cell.pendingMg);
  const pieces = BigInt(cell.pendingPieces);
  const index = cell.toIndex - 1;
  const { run, lot, row } = cell;
  const uncertaintyMgPpm = massMg * BigInt(cell.uncertaintyPpm);
  weighRow(row, {
    uncertaintyMgPpm,
    unweighed: BigInt(cell.pendingUnweighed),
  });
  cell.pendingMg = 0;
  cell.pendingPieces = 0;
  cell.pendingUnweighed = 0;
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
  if (lot === null) return;
  estimateLot(folding, lot, { class: cell.pieceClass, massMg, pieces, uncertaintyMgPpm }, index);
}

/** How well the mass of a row is known, by what is added to it or taken from it. */
export function weighRow(
  row: RunState['estimatedOut'][number],
  by: { readonly uncertaintyMgPpm: bigint; readonly unweighed: bigint },
): void {
  row.uncertaintyMgPpm = (row.uncertaintyMgPpm ?? 0n) + by.uncertaintyMgPpm;
  if (by.unweighed !== 0n) row.unweighed = (row.unweighed ?? 0n) + by.unweighed;
}

/** What a lot is given, or loses, of one class. */
export interface ClassRow {
  readonly class: string;
  readonly massMg: bigint;
  readonly pieces: bigint;
  readonly uncertaintyMgPpm?: bigint;
}

export function estimateLot(folding: Folding, lot: LotState, row: ClassRow, index: number): void {
  estimatedOf(lot, row.class).debitsMg += row.massMg;
  weighClass(lot, row.class, row.uncertaintyMgPpm);
  lot.pieces += row.pieces;
  lot.changedIndex = Math.max(lot.changedIndex, index);
  folding.lots.add(lot);
  const total = totalOf(folding, { stream: lot.stream, class: row.class }, index);
  total.estimated.debitsMg += row.massMg;
  total.pieces += row.pieces;
}

/** A class may be named like a member that every object has, so only own members count. */
export function estimatedOf(lot: LotState, pieceClass: string): Turnover {
  if (!Object.hasOwn(lot.estimated, pieceClass)) lot.estimated[pieceClass] = noTurnover();
  return lot.estimated[pieceClass]!;
}

/** How well the mass of a lot's class is known, by what is added to it or taken from it. */
export function weighClass(lot: LotState, pieceClass: string, uncertaintyMgPpm = 0n): void {
  if (uncertaintyMgPpm === 0n) return;
  const known = (lot.estimatedMgPpm ??= {});
  const before = Object.hasOwn(known, pieceClass) ? known[pieceClass]! : 0n;
  known[pieceClass] = before + uncertaintyMgPpm;
}

/** Brings all that is held back of a run or lot into the states, before something reads them. */
export function settleFramesOf(folding: Folding, owner: RunState | LotState): void {
  for (const cell of folding.frames.cells) {
    if (cell.run === owner || cell.lot === owner) settleCell(folding, cell);
  }
  settleReadingsOf(folding, owner);
}
