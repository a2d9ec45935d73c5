import { concatBytes, decodeBase64, decodeUtf8, encodeBase64, equalBytes, utf8 } from './bytes.js';
import { LogFormatError, LogVerificationError } from './errors.js';

/** Signs note text. MUST sign exactly the given bytes; MAY throw when its key is out of reach. */
export interface Signer {
  readonly name: string;
  /** First 4 bytes of the key's id as an unsigned big-endian number: see `keyId`. */
  readonly keyId: number;
  /** Signature of the text, without the key id. `text` ends with a newline. */
  sign(text: Uint8Array): Uint8Array;
}

/** Verifies signatures of one key. MUST return false, not throw, for any bytes that do not verify. */
export interface Verifier {
  readonly name: string;
  readonly keyId: number;
  verify(text: Uint8Array, signature: Uint8Array): boolean;
}

/** One signature line of a note. */
export interface NoteSignature {
  name: string;
  keyId: number;
  /** What follows the key id, at least 1 byte. */
  signature: Uint8Array;
}

/** A note as it is laid out; nothing in it is verified. */
export interface ParsedNote {
  /** Ends with a newline; without the blank line that separates it from the signatures. */
  text: string;
  /** In the note's order, with repetitions. */
  signatures: NoteSignature[];
}

export interface OpenedNote {
  text: string;
  /** Verified, at most one a key, so that counting them counts keys. */
  signatures: NoteSignature[];
  /** By keys that are not known: to be ignored. Exact repetitions are left out. */
  unverified: NoteSignature[];
}

// The format asks to accept 16 and to have a limit; a post-quantum signature has about 3 kB.
const MAX_SIGNATURES = 100;
const MAX_NOTE_LENGTH = 1_000_000;
const DASH = '— ';

/** Whether a text can be a key name: not empty, no white space, plus sign or control character. */
export function isKeyName(name: string): boolean {
  return name.length > 0 && !/[\p{White_Space}+]/u.test(name) && isPlain(name);
}

/** Well-formed Unicode without ASCII control characters other than newline. */
function isPlain(text: string): boolean {
  if (!text.isWellFormed()) return false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 && unit !== 0x0a) return false;
  }
  return true;
}

/**
 * Splits a note (C2SP signed-note v1.0.0) at its last blank line. LogFormatError for invalid UTF-8,
 * control characters, no signature or more than 100, and any line that is not a signature line.
 */
export function parseNote(note: string | Uint8Array): ParsedNote {
  if (note.length > MAX_NOTE_LENGTH) throw new LogFormatError('note is too long');
  const whole = typeof note === 'string' ? note : decodeUtf8(note);
  if (whole === null) throw new LogFormatError('note is not valid UTF-8');
  if (!isPlain(whole)) throw new LogFormatError('note has control characters or lone surrogates');
  const blank = whole.lastIndexOf('\n\n');
  if (blank < 0) throw new LogFormatError('note has no blank line before its signatures');
  const lines = whole.slice(blank + 2).split('\n');
  if (lines.pop() !== '') throw new LogFormatError('note does not end with a newline');
  if (lines.length === 0) throw new LogFormatError('note has no signature');
  if (lines.length > MAX_SIGNATURES) throw new LogFormatError('note has too many signatures');
  return { text: whole.slice(0, blank + 1), signatures: lines.map(parseSignatureLine) };
}

function parseSignatureLine(line: string): NoteSignature {
  const [name, encoded, ...rest] = line.slice(DASH.length).split(' ');
  if (!line.startsWith(DASH) || name === undefined || encoded === undefined || rest.length > 0) {
    throw new LogFormatError('note has a malformed signature line');
  }
  const bytes = decodeBase64(encoded);
  if (!isKeyName(name) || bytes === null || bytes.length < 5) {
    throw new LogFormatError('note has a malformed signature line');
  }
  return { name, keyId: new DataView(bytes.buffer).getUint32(0), signature: bytes.slice(4) };
}

/** `— <name> <base64(key id ‖ signature)>` and a newline. */
export function formatSignatureLine(line: NoteSignature): string {
  const id = new Uint8Array(4);
  new DataView(id.buffer).setUint32(0, line.keyId);
  return `${DASH}${line.name} ${encodeBase64(concatBytes([id, line.signature]))}\n`;
}

/**
 * Note of a text and one signature a signer, in the given order. LogFormatError when the text does
 * not end with a newline or holds what a note cannot; RangeError without signers.
 */
export function signNote(text: string, signers: readonly Signer[]): string {
  if (signers.length === 0) throw new RangeError('a note has at least one signature');
  if (!text.endsWith('\n')) throw new LogFormatError('note text does not end with a newline');
  const bytes = utf8(text);
  const lines = signers.map((signer) =>
    formatSignatureLine({
      name: signer.name,
      keyId: signer.keyId,
      signature: signer.sign(bytes),
    }),
  );
  return checked(`${text}\n${lines.join('')}`, text);
}

/** Adds signature lines, each with its newline, below those of a note. */
export function appendSignatures(note: string, lines: readonly string[]): string {
  return checked(note + lines.join(''), parseNote(note).text);
}

/** What is written must read back as the text that was signed. */
function checked(note: string, text: string): string {
  if (parseNote(note).text !== text) throw new LogFormatError('signature lines change the text');
  return note;
}

/**
 * Verifies a note. Signatures of unknown keys are ignored; every signature by a known key must
 * verify. LogFormatError for a malformed note; LogVerificationError for a bad signature of a known
 * key, for a key that two verifiers claim, and when no known key has signed.
 */
export function openNote(note: string | Uint8Array, verifiers: readonly Verifier[]): OpenedNote {
  const { text, signatures } = parseNote(note);
  const bytes = utf8(text);
  const opened: OpenedNote = { text, signatures: [], unverified: [] };
  for (const line of signatures) {
    const sameKey = (key: { name: string; keyId: number }): boolean =>
      key.name === line.name && key.keyId === line.keyId;
    const [verifier, second] = verifiers.filter(sameKey);
    if (second) throw new LogVerificationError(`two verifiers claim the key ${line.name}`);
    if (!verifier) {
      const known = opened.unverified.some(
        (other) => sameKey(other) && equalBytes(other.signature, line.signature),
      );
      if (!known) opened.unverified.push(line);
    } else if (!verifier.verify(bytes, line.signature)) {
      throw new LogVerificationError(`bad signature by ${line.name}`);
    } else if (!opened.signatures.some(sameKey)) {
      opened.signatures.push(line);
    }
  }
  if (opened.signatures.length === 0) {
    throw new LogVerificationError('no known key has signed the note');
  }
  return opened;
}
