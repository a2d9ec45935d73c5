import type { Buffer } from 'node:buffer';
import type { EventAttributes, TypedData } from '#contracts';

/** A record of the classified stream, decoded once. */
export interface StreamRecord {
  readonly attributes: EventAttributes;
  /** The record's value: for a classified frame scan and classification together. */
  readonly data: Buffer;
  readonly typed: TypedData;
  /** LogAppendTime of the record in `station-events`, Unix ms: the only clock of the rules. */
  readonly ingestTimeMs: number;
}
