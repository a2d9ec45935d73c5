/**
 * How well a figure is founded. `assumed`: ours, chosen so that the whole fits published ranges;
 * `from-memory`: not checked against the document it stands in; `vendor`: a maker's claim.
 */
export type Basis = 'published' | 'vendor' | 'derived' | 'assumed' | 'from-memory';

export interface Source {
  readonly basis: Basis;
  readonly text: string;
}

/**
 * What every reference book has: a new figure is a new version, never an edit, because events name
 * the book by digest.
 */
export interface Book {
  readonly book: string;
  readonly version: number;
  /** First day on which it may be used, RFC 3339 full-date. */
  readonly validFrom: string;
  /** Where figures come from, by the key that they name. */
  readonly sources: Readonly<Record<string, Source>>;
}
