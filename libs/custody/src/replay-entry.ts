import type { Buffer } from 'node:buffer';
import {
  type EventAttributes,
  PoisonError,
  type TypedData,
  decodeBody,
  decodeEntry,
  parseJson,
} from '#contracts';
import type { StreamRecord } from './model.js';

/** An entry of a log, taken apart. */
export interface ReplayEntry {
  /** The exact bytes that were hashed. */
  readonly entry: Buffer;
  readonly attributes: EventAttributes;
  readonly data: Buffer;
  /** What a station said; null: the ledger's own fact. Its `ingestTimeMs` is not looked at. */
  readonly record: StreamRecord | null;
}

export const REPLAY_CLASSES = [
  'entry-altered',
  'entry-twice',
  'seq-hole',
  'fact-differs',
  'fact-missing',
  'fact-unfounded',
  'gap-illegal',
  'balance-early',
  'balance-late',
  'time-backwards',
] as const;

export interface ReplayFinding {
  readonly class: (typeof REPLAY_CLASSES)[number];
  readonly index: number;
  readonly what: string;
}

/** Undefined: not a fact that any version of the rules states. */
export function decodeFact({ attributes, data }: ReplayEntry): TypedData | undefined {
  try {
    return decodeBody(attributes.type, parseJson(data));
  } catch (error) {
    if (error instanceof PoisonError) return undefined;
    throw error;
  }
}

/** An entry in one line of a finding. */
export function told(entry: Buffer): string {
  const { attributes, data } = decodeEntry(entry);
  const { source, boot, seq, type, time } = attributes;
  const body = data.length > 300 ? `${data.subarray(0, 300).toString()}…` : data.toString();
  return `${type} ${source} ${boot}.${seq} of ${time} ${body}`;
}
