import { setTimeout as wait } from 'node:timers/promises';
import type { InputMark } from '#edge';

/** One record of an input, to be taken into the spool. */
export interface InputRecord {
  /** Null: it is longer than any event can be. */
  readonly bytes: Buffer | null;
  /** The first record of its file, where that names columns. */
  readonly header: Buffer | null;
  /** For messages, as `scale.csv: byte 120`. */
  readonly place: string;
  /** Where the input goes on after this record; null: it cannot be read again from there. */
  readonly mark: InputMark | null;
  /** Nothing to take, only the mark to keep. */
  readonly isPlaceOnly?: true;
}

/** Resolves when the spool has it or it was refused; rejects with an AbortError at the end. */
export type Take = (record: InputRecord) => Promise<void>;

/** Something that gives records. */
export interface Input {
  readonly name: string;
  /** Resolves when the input has ended, or soon after `signal` aborts. */
  run(take: Take, signal: AbortSignal): Promise<void>;
}

/** False: aborted meanwhile. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await wait(milliseconds, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
