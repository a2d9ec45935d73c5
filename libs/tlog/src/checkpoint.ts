import { decodeBase64, decodeDecimal, encodeBase64, requireSize } from './bytes.js';
import { LogFormatError, LogVerificationError } from './errors.js';
import { openNote, type OpenedNote, type Verifier } from './note.js';
import { HASH_BYTES } from './tree.js';

/** A tree head as a log states it (C2SP tlog-checkpoint v1.0.0). */
export interface Checkpoint {
  /** Name of the log; equal to the name of its key. */
  origin: string;
  /** Leaves, 0 … 2^53 − 1. */
  size: number;
  /** 32 bytes. */
  root: Uint8Array;
}

export interface ParsedCheckpoint extends Checkpoint {
  /** Lines after the root, without newlines; opaque. */
  extensions: string[];
}

/** A checkpoint whose note was verified. */
export interface OpenedCheckpoint extends ParsedCheckpoint {
  note: OpenedNote;
}

/** Note text of three lines, ending with a newline. RangeError for what a checkpoint cannot say. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root } = checkpoint;
  requireSize(size, 'tree size');
  if (origin === '' || origin.includes('\n')) throw new RangeError('an origin is one line');
  if (root.length !== HASH_BYTES) throw new RangeError('a root has 32 bytes');
  return `${origin}\n${size}\n${encodeBase64(root)}\n`;
}

/** Reads note text (not the note). LogFormatError unless every line is in its one form. */
export function parseCheckpoint(text: string): ParsedCheckpoint {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new LogFormatError('checkpoint does not end with a newline');
  if (lines.includes('')) throw new LogFormatError('checkpoint has an empty line');
  const [origin, sizeLine, rootLine, ...extensions] = lines;
  if (origin === undefined || sizeLine === undefined || rootLine === undefined) {
    throw new LogFormatError('checkpoint has fewer than three lines');
  }
  const size = decodeDecimal(sizeLine);
  if (size === null) throw new LogFormatError('checkpoint size is not a canonical decimal');
  const root = decodeBase64(rootLine);
  if (root?.length !== HASH_BYTES) throw new LogFormatError('checkpoint root is not 32 bytes');
  return { origin, size, root, extensions };
}

/**
 * Verifies a checkpoint of the log `origin`: the note opens, it states this origin, and a key of
 * that name has signed it; verifiers of cosigners may be among the given ones but do not suffice.
 * LogFormatError or LogVerificationError otherwise.
 */
export function openCheckpoint(
  note: string | Uint8Array,
  origin: string,
  verifiers: readonly Verifier[],
): OpenedCheckpoint {
  const opened = openNote(note, verifiers);
  const checkpoint = parseCheckpoint(opened.text);
  if (checkpoint.origin !== origin) {
    throw new LogVerificationError(`checkpoint is of another log than ${origin}`);
  }
  if (!opened.signatures.some(({ name }) => name === origin)) {
    throw new LogVerificationError(`checkpoint lacks the signature of ${origin}`);
  }
  return { ...checkpoint, note: opened };
}
