/** Rows of a run's state that figures of its process are made of. */

/** What a meter of a run has counted. */
export interface MeterRow {
  readonly source: string;
  readonly boot: number;
  readonly meterId: string;
  readonly kind: 'energy' | 'water' | 'reagent' | 'labour';
  /** Carrier, flow of water, or substance; empty of labour. */
  readonly of: string;
  /** Of a reagent: `taken` or `recovered`. Else empty. */
  readonly flow: string;
  /** Wh, mg or s. */
  cumulative: bigint;
  uncertaintyPpm: number;
  /** Entry of the reading that counts. */
  logIndex: number;
}
