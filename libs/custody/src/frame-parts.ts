import type { DataOf } from '#contracts';
import { withHazards } from './hazards.js';

export interface Columns {
  readonly massMg: readonly (number | null)[];
  readonly outlet: readonly number[];
  /** Index into `classes`; null: the frame was not classified. */
  readonly classIndex: readonly number[] | null;
  readonly classes: readonly string[];
  /** Standard uncertainty of one piece's mass, as a share of it. */
  readonly massUncertaintyPpm: number;
}

/** Something that went to an outlet; without a mass it is counted, not booked. */
export interface Part {
  readonly outlet: number;
  readonly class: string;
  readonly massMg: number | null;
  readonly massUncertaintyPpm: number;
  /** How many they are. Absent = one; 0: a mass of which nobody counted the pieces. */
  readonly pieces?: number;
  /** Its mass holds that of something that was not weighed and went elsewhere. Absent = no. */
  readonly isRough?: true;
}

const UNRESOLVED = ['unresolved'];

export function classifiedColumns({ scan, classification }: DataOf<'piecesClassified'>): Columns {
  const named = classification.flagged.length === 0 ? classification : withHazards(classification);
  const { massMg, outlet, massUncertaintyPpm } = scan;
  const { class: classIndex, classes } = named;
  return { massMg, outlet, classIndex, classes, massUncertaintyPpm };
}

export const scannedColumns = ({
  massMg,
  outlet,
  massUncertaintyPpm,
}: DataOf<'piecesScanned'>): Columns => ({
  massMg,
  outlet,
  massUncertaintyPpm,
  classIndex: null,
  classes: UNRESOLVED,
});

export const partsOf = ({
  massMg,
  outlet,
  classIndex,
  classes,
  massUncertaintyPpm,
}: Columns): Part[] =>
  massMg.map((mg, piece) => ({
    outlet: outlet[piece]!,
    class: classes[classIndex === null ? 0 : classIndex[piece]!]!,
    massMg: mg,
    massUncertaintyPpm,
  }));
