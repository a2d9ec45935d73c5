import type { Book } from './book.js';

/** How a model confuses classes: [truth][said], ppm of the pieces of that truth. */
export interface ModelConfusion {
  readonly sensorModel: string;
  readonly recipe: string;
  /** The model that it was measured with; another has no confusion yet. */
  readonly modelDigest: string;
  readonly truths: readonly string[];
  /** The truths, and `unresolved`. */
  readonly said: readonly string[];
  readonly sharesPpm: readonly (readonly number[])[];
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface ConfusionBook extends Book {
  readonly confusions: readonly ModelConfusion[];
}
