import { decodeBase64, decodeDecimal, encodeBase64, requireSize } from './bytes.js';
import { openCheckpoint, parseCheckpoint, type OpenedCheckpoint } from './checkpoint.js';
import { LogFormatError, LogVerificationError } from './errors.js';
import { parseNote, type Verifier } from './note.js';
import { HASH_BYTES } from './tree.js';
import { verifyInclusion } from './verification.js';

/** Content of a `.tlog-proof` file (C2SP tlog-proof): one entry's inclusion, checkable offline. */
export interface ProofFile {
  /** Opaque and authenticated by nothing. */
  extra?: Uint8Array;
  /** Zero-based index of the entry. */
  index: number;
  /** From the leaf's sibling up to the root's child. */
  proof: readonly Uint8Array[];
  /** The checkpoint note, verbatim. */
  checkpoint: string;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
const MAX_PROOF_LINES = 63;

/** RangeError or LogFormatError for what the file cannot hold. */
export function formatProof(file: ProofFile): string {
  requireSize(file.index, 'index');
  const text = [
    HEADER,
    ...(file.extra === undefined ? [] : [`extra ${encodeBase64(file.extra)}`]),
    `index ${file.index}`,
    ...file.proof.map(encodeBase64),
    '',
    file.checkpoint,
  ].join('\n');
  parseProof(text);
  return text;
}

/** LogFormatError unless every line is in its one form and the checkpoint can hold the index. */
export function parseProof(text: string): ProofFile {
  const blank = text.indexOf('\n\n');
  if (blank < 0) throw new LogFormatError('proof has no blank line before its checkpoint');
  const checkpoint = text.slice(blank + 2);
  const lines = text.slice(0, blank).split('\n');
  if (lines.shift() !== HEADER) throw new LogFormatError(`proof does not start with ${HEADER}`);
  const extra = lines[0]?.startsWith('extra ') ? parseExtra(lines.shift()!) : undefined;
  const index = parseIndex(lines.shift());
  if (lines.length > MAX_PROOF_LINES) throw new LogFormatError('proof has too many hashes');
  const proof = lines.map((line) => {
    const hash = decodeBase64(line);
    if (hash?.length !== HASH_BYTES) throw new LogFormatError('proof has a line that is no hash');
    return hash;
  });
  if (index >= parseCheckpoint(parseNote(checkpoint).text).size) {
    throw new LogFormatError('proof index is not below the size of its checkpoint');
  }
  return { ...(extra === undefined ? {} : { extra }), index, proof, checkpoint };
}

function parseExtra(line: string): Uint8Array {
  const extra = decodeBase64(line.slice('extra '.length));
  if (extra === null) throw new LogFormatError('proof has extra data that is not base64');
  return extra;
}

function parseIndex(line: string | undefined): number {
  const index = line?.startsWith('index ') ? decodeDecimal(line.slice('index '.length)) : null;
  if (index === null) throw new LogFormatError('proof lacks its index');
  return index;
}

/**
 * Verifies that the entry with this leaf hash is in the log `origin`, offline. Returns the verified
 * checkpoint; LogFormatError or LogVerificationError otherwise.
 */
export function verifyProof(
  text: string,
  leaf: Uint8Array,
  origin: string,
  verifiers: readonly Verifier[],
): OpenedCheckpoint {
  const { index, proof, checkpoint } = parseProof(text);
  const opened = openCheckpoint(checkpoint, origin, verifiers);
  if (!verifyInclusion({ index, size: opened.size, leaf, proof, root: opened.root })) {
    throw new LogVerificationError(`entry ${index} is not in the tree of the checkpoint`);
  }
  return opened;
}
