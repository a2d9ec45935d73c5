/** An opening as it is kept beside the log, where it can be erased. */
export interface KeptOpening {
  readonly source: string;
  readonly boot: number;
  readonly seq: number;
  /** Its place in the event, from 0. */
  readonly place: number;
  readonly about: string;
  readonly field: string;
  readonly commitment: string;
  readonly jwe: string;
}
