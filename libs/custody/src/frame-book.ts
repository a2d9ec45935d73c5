import type { AccountKey, LotState, RunState } from './model.js';

/** Outlets and classes of a frame are both below 64, so a pair fits in 12 bits. */
const PAIRS = 64 * 64;
export const CLASSES_MAX = 64;
const PIECES_MAX = 256;

/** What all frames of one fold call add to one (run, outlet, class). */
export interface Cell {
  readonly run: RunState;
  readonly lot: LotState | null;
  readonly pieceClass: string;
  /** Its mass MUST be quarantined. */
  readonly isHazard: boolean;
  readonly debit: AccountKey;
  readonly credit: AccountKey;
  /** The row of `run.estimatedOut`. */
  readonly row: RunState['estimatedOut'][number];
  /** Mass and pieces not yet in the states; the mass is always a safe integer. */
  pendingMg: number;
  pendingPieces: number;
  /** Of these pieces, those whose mass is not known or holds more than theirs. */
  pendingUnweighed: number;
  /** Standard uncertainty that all of the pending masses have, as a share. */
  uncertaintyPpm: number;
  /** Mass already in the states by this call: the netted posting of the call. */
  massMg: bigint;
  readonly fromIndex: number;
  /** Exclusive. */
  toIndex: number;
}

/**
 * Sums of frames, held back until something reads them: a run that starts, or the end of the call.
 * Per frame there is one pass over its columns and no allocation.
 */
export class FrameBook {
  /** In order of first touch; also those whose outlet has since been given a lot. */
  readonly cells: Cell[] = [];
  /** Scratch of one frame, by outlet * 64 + class index: always zero between frames. */
  readonly masses = new Float64Array(PAIRS);
  readonly pieces = new Int32Array(PAIRS);
  readonly unweighed = new Int32Array(PAIRS);
  readonly touched = new Int32Array(PIECES_MAX);

  private readonly live = new Map<string, Map<string, (Cell | undefined)[]>>();

  /** The cells of a run by class and, below it, outlet. */
  cellsOf(runId: string): Map<string, (Cell | undefined)[]> {
    let cells = this.live.get(runId);
    if (cells === undefined) {
      cells = new Map();
      this.live.set(runId, cells);
    }
    return cells;
  }

  /** Makes all later frames begin new cells. */
  clear(): void {
    this.cells.length = 0;
    this.live.clear();
  }

  /** Makes later frames of the run begin new cells: its outlets mean other accounts now. */
  retire(runId: string): void {
    this.live.delete(runId);
  }
}
