/** Cells of one element or fibre: ppm by mass; null not measured, -d below the detection limit d, 0 zero. */
export type ReadingColumn = readonly (number | null)[];

/** What classifying needs of a frame. Readings MUST be integers from -1,000,000 to 1,000,000. */
export interface FrameReadings {
  /** One cell a piece; only their number counts here. */
  readonly massMg: { readonly length: number };
  /** Columns as long as `massMg`. Elements that the model does not know are passed over. */
  readonly ppm: Readonly<Record<string, ReadingColumn | undefined>>;
  /** What a camera or a person said of a piece: an index into `labels`; null nothing. */
  readonly label?: readonly (number | null)[];
  readonly labels?: readonly string[];
}

/** What a camera saw of the pieces and their labels said: indexes into `names`; null nothing. */
export interface Recognised {
  readonly names: readonly string[];
  readonly seen: readonly (number | null)[];
  readonly label: readonly (number | null)[];
}

/** A frame as it was scanned: what its labels say are signs of hazards. */
export function readingsOf({
  massMg,
  ppm,
  recognised,
}: Pick<FrameReadings, 'massMg' | 'ppm'> & {
  readonly recognised?: Recognised | undefined;
}): FrameReadings {
  if (recognised === undefined) return { massMg, ppm };
  return { massMg, ppm, label: recognised.label, labels: recognised.names };
}
