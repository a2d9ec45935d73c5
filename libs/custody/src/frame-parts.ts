import type { DataOf } from '#contracts';
import { withHazards } from './hazards.js';

export interface Columns {
  readonly massMg: readonly (number | null)[];
  readonly outlet: readonly number[];
  /** Index into `classes`; null: the frame was not classified. */
  readonly classIndex: readonly number[] | null;
  readonly classes: readonly string[];
}

/** Something that went to an outlet; without a mass it is counted, not booked. */
export interface Part {
  readonly outlet: number;
  readonly class: string;
  readonly massMg: number | null;
}

const UNRESOLVED = ['unresolved'];

export function classifiedColumns({ scan, classification }: DataOf<'piecesClassified'>): Columns {
  const named = classification.flagged.length === 0 ? classification : withHazards(classification);
  const { massMg, outlet } = scan;
  return { massMg, outlet, classIndex: named.class, classes: named.classes };
}

export const scannedColumns = ({ massMg, outlet }: DataOf<'piecesScanned'>): Columns => ({
  massMg,
  outlet,
  classIndex: null,
  classes: UNRESOLVED,
});

export const partsOf = ({ massMg, outlet, classIndex, classes }: Columns): Part[] =>
  massMg.map((mg, piece) => ({
    outlet: outlet[piece]!,
    class: classes[classIndex === null ? 0 : classIndex[piece]!]!,
    massMg: mg,
  }));
