import { concatBytes, utf8 } from './bytes.js';
import { parseCheckpoint } from './checkpoint.js';
import { LogFormatError, LogVerificationError } from './errors.js';
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from '#tlog-hash';
import { SIGNATURE_TYPE, keyId, parseVkey, requireName, seedOf } from './keys.js';
import { formatSignatureLine, openNote, parseNote, type Verifier } from './note.js';

/** Signs checkpoints with a time: "as of then, the largest consistent tree I have seen". */
export interface Cosigner {
  readonly name: string;
  readonly keyId: number;
  /** Time as 8 bytes big-endian, then the signature. MUST be given checkpoint text only. */
  cosign(checkpointText: Uint8Array, unixSeconds: number): Uint8Array;
}

const TIME_BYTES = 8;

/** C2SP tlog-cosignature v1.0.1, "Signed message": two lines, then the whole note text. */
function signedMessage(text: Uint8Array, time: bigint): Uint8Array {
  return concatBytes([utf8(`cosignature/v1\ntime ${String(time)}\n`), text]);
}

/**
 * Ed25519 cosigner (type 0x04) from a 32-byte seed or a PKCS #8 DER key. The message does not name
 * the cosigner: every cosigner needs a key of its own, also next to a log key.
 */
export function ed25519Cosigner(name: string, privateKey: Uint8Array): Cosigner {
  requireName(name);
  const seed = seedOf(privateKey);
  const sign = ed25519Sign(seed);
  return {
    name,
    keyId: keyId(name, SIGNATURE_TYPE.cosignature, ed25519PublicKey(seed)),
    cosign(text, unixSeconds) {
      if (!Number.isSafeInteger(unixSeconds) || unixSeconds < 0) {
        throw new RangeError(`not a time in whole seconds since 1970: ${unixSeconds}`);
      }
      const payload = new Uint8Array(TIME_BYTES);
      new DataView(payload.buffer).setBigUint64(0, BigInt(unixSeconds));
      return concatBytes([payload, sign(signedMessage(text, BigInt(unixSeconds)))]);
    },
  };
}

/** Verifier of cosignatures of type 0x04. LogFormatError for a key of another type. */
export function cosignatureVerifier(vkey: string): Verifier {
  const { name, keyId, type, publicKey } = parseVkey(vkey);
  if (type !== SIGNATURE_TYPE.cosignature) {
    throw new LogFormatError('verifier key is not of type 4');
  }
  const verify = ed25519Verify(publicKey);
  return {
    name,
    keyId,
    verify(text, signature) {
      const time = timeOf(signature);
      if (time === null || time >= 1n << 63n) return false;
      return verify(signedMessage(text, time), signature.subarray(TIME_BYTES));
    },
  };
}

function timeOf(signature: Uint8Array): bigint | null {
  if (signature.length < TIME_BYTES) return null;
  const view = new DataView(signature.buffer, signature.byteOffset, TIME_BYTES);
  return view.getBigUint64(0);
}

/**
 * The signature line, with its newline, that a cosigner adds to a checkpoint note at a time; add it
 * with `appendSignatures`. Whoever calls this MUST have verified the note and its consistency with
 * all that this key has cosigned. LogFormatError when the note is no checkpoint.
 */
export function cosign(checkpointNote: string, cosigner: Cosigner, unixSeconds: number): string {
  const { text } = parseNote(checkpointNote);
  parseCheckpoint(text);
  const signature = cosigner.cosign(utf8(text), unixSeconds);
  return formatSignatureLine({ name: cosigner.name, keyId: cosigner.keyId, signature });
}

/**
 * Time, in whole seconds since 1970, at which the key of `vkey` (type 0x04) cosigned a checkpoint.
 * Says nothing of the log's own signature: see `openCheckpoint`. LogVerificationError when that key
 * has not cosigned or its signature is bad, LogFormatError when the note is no checkpoint.
 */
export function verifyCosignature(checkpointNote: string | Uint8Array, vkey: string): number {
  const { text, signatures } = openNote(checkpointNote, [cosignatureVerifier(vkey)]);
  parseCheckpoint(text);
  const time = Number(timeOf(signatures[0]!.signature));
  if (!Number.isSafeInteger(time)) throw new LogVerificationError('cosignature time is too large');
  return time;
}
