import type { StreamRecord } from './stream-record.js';

/** Completeness of the boots of sources, and what is kept of their seals and records. */

/** Inclusive range of seqs. */
export interface SeqRange {
  first: number;
  last: number;
}

/** Completeness of one boot of one source (design, section 5, Completeness). */
export interface BootState {
  readonly source: string;
  readonly boot: number;
  /** Highest seq up to which every event is in the log or its range was declared a gap. */
  position: number;
  /** Ascending, disjoint: declared gaps, still open for a late fill. */
  openSlots: SeqRange[];
  /** Seqs that wait for a lower one, ascending; their records are in `WorkingSet.parked`. */
  parkedSeqs: number[];
  /** Stream time at which the lowest missing range was first seen missing; null = none missing. */
  missingSinceMs: number | null;
  lastTime: string;
  /** Events in the log, duplicates not counted. */
  accepted: number;
  duplicates: number;
  /**
   * Seqs above the position that came after a higher boot had spoken: in the log, but not booked.
   * Kept so that a second copy of one is known as one. Absent = none.
   */
  strays?: SeqRange[];
  /** The same, but booked: they came while `openAbove`. Absent = none. */
  filledAbove?: SeqRange[];
  /** A later boot does not know where this one ended: all above the position is an open slot. */
  openAbove?: true;
  /** Slots that a reject or a void fills: open for the bytes that it names. Absent = none. */
  rejectedSlots?: SeqRange[];
  voidedSlots?: SeqRange[];
  /** Of the duplicates those that nothing kept could be compared with. Absent = 0. */
  unverified?: number;
  /** `<seq> <kept digest, hex>` of what was found out to be said beside what is in the log. */
  equivocations?: string[];
  /** Kept digests of the newest block, base64 of 8 bytes a seq; absent = nothing kept yet. */
  digests?: { block: number; newest: string };
  /** Absent in states that are older than the check of seals. */
  seals?: SealChain;
  keyChanges?: KeyChange[];
}

/** Seq and link of an event: SHA-256 of its attribute block and of its data, base64. */
export type Link = [seq: number, link: string];

/** Where a seal chain could be computed up to, and what is known beyond its first hole. */
export interface ChainWalk {
  headSeq: number;
  /** D(headSeq), base64; null = not known, until the next seal states one. */
  head: string | null;
  /** Ascending; `headSeq + 1` is not among them. */
  ahead: Link[];
}

/** A range between two signed digests in which an event is missing. */
export interface OpenSeal extends ChainWalk {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly before: string;
  readonly after: string;
}

/** Seal chain of a boot as far as it was checked (design, section 2, Sealing). */
export interface SealChain extends ChainWalk {
  /** D of the seqs right before `headSeq`, ascending. */
  trail: string[];
  /** Last seq that a signed seal covers, and D of it as the seal says; null = not known. */
  sealedSeq: number;
  sealedAfter: string | null;
  /** Incomplete, and checked again by a late fill. */
  open: OpenSeal[];
  /** Ranges between two signed digests, by what became of them. */
  verified: number;
  failed: number;
  incomplete: number;
}

/** A statement of `station.keychanged` that the key before it signed. */
interface KeyChange {
  readonly seq: number;
  /** Public keys, base64 of the 32 raw bytes. */
  readonly from: string;
  readonly to: string;
}

/** Kept digests of the 64 seqs from `block * 64 + 1` on, 8 bytes each, zeros = none. */
export interface DigestBlock {
  readonly source: string;
  readonly boot: number;
  readonly block: number;
  readonly digests: Buffer;
}

export interface ParkedRecord {
  readonly source: string;
  readonly boot: number;
  readonly seq: number;
  readonly record: StreamRecord;
}
