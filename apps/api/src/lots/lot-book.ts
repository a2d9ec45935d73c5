import type { LotState, RunState } from '#custody';
import type { LotAnswer } from './lots.schema.js';

/** Children that an answer names at most. */
export const CHILDREN_MAX = 200;

export interface BookedLot {
  readonly answer: LotAnswer;
  readonly state: LotState;
}

/** Where the lots of one site are looked up: as they are, or as they were known. */
export interface LotBook {
  /** Null when there is none of that id. */
  lot(lotId: string): Promise<BookedLot | null>;
  /** By id. */
  lots(lotIds: readonly string[]): Promise<LotAnswer[]>;
  /** The first `CHILDREN_MAX` by id. */
  childrenOf(lotId: string): Promise<LotAnswer[]>;
  runs(runIds: readonly string[]): Promise<RunState[]>;
}
