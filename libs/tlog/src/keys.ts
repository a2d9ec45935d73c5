import { concatBytes, decodeBase64, encodeBase64, utf8 } from './bytes.js';
import { LogFormatError } from './errors.js';
import {
  ed25519PublicKey,
  ed25519Seed,
  ed25519SeedOfPkcs8,
  ed25519Sign,
  ed25519Verify,
  sha256,
} from '#tlog-hash';
import { isKeyName, type Signer, type Verifier } from './note.js';

/** Signature type bytes of C2SP signed-note. */
export const SIGNATURE_TYPE = {
  /** Ed25519 over the note text. */
  ed25519: 0x01,
  /** Timestamped Ed25519 cosignature (tlog-cosignature). */
  cosignature: 0x04,
  /** Timestamped ML-DSA-44 cosignature; parsed, not verified here. */
  mlDsa44: 0x06,
} as const;

const PUBLIC_KEY_BYTES = new Map<number, number>([
  [SIGNATURE_TYPE.ed25519, 32],
  [SIGNATURE_TYPE.cosignature, 32],
  [SIGNATURE_TYPE.mlDsa44, 1312],
]);

/** A public key as a verifier is told it. */
export interface Vkey {
  name: string;
  keyId: number;
  /** One of `SIGNATURE_TYPE`, or a type that this library does not know. */
  type: number;
  publicKey: Uint8Array;
}

/** A private key: the 32-byte Ed25519 seed with the name and type it signs as. */
export interface Skey {
  name: string;
  keyId: number;
  type: number;
  seed: Uint8Array;
}

export interface GeneratedKey {
  /** For everyone. */
  vkey: string;
  /** Secret. In the form of Go's `sumdb/note`: `PRIVATE+KEY+<name>+<id>+<base64(type ‖ seed)>`. */
  skey: string;
}

/** SHA-256(name ‖ 0x0A ‖ type ‖ public key), first 4 bytes as an unsigned big-endian number. */
export function keyId(name: string, type: number, publicKey: Uint8Array): number {
  const digest = sha256(concatBytes([utf8(name), Uint8Array.of(0x0a, type), publicKey]));
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0);
}

const hex8 = (id: number): string => id.toString(16).padStart(8, '0');

/** `<name>+<8 hex of the key id>+<base64(type ‖ public key)>`. RangeError for a bad name or type. */
export function formatVkey(key: Pick<Vkey, 'name' | 'type' | 'publicKey'>): string {
  requireName(key.name);
  if (!Number.isInteger(key.type) || key.type < 0 || key.type > 255) {
    throw new RangeError(`a signature type is one byte, not ${key.type}`);
  }
  const encoded = encodeBase64(concatBytes([Uint8Array.of(key.type), key.publicKey]));
  return `${key.name}+${hex8(keyId(key.name, key.type, key.publicKey))}+${encoded}`;
}

/**
 * Reads a verifier key. LogFormatError unless it is what `formatVkey` gives, with the right id and,
 * for a known type, the right length.
 */
export function parseVkey(vkey: string): Vkey {
  const { name, id, type, key } = splitKey(vkey, 'verifier key');
  const expected = PUBLIC_KEY_BYTES.get(type);
  if (key.length === 0 || (expected !== undefined && key.length !== expected)) {
    throw new LogFormatError('verifier key has a wrong length');
  }
  if (keyId(name, type, key) !== id) throw new LogFormatError('verifier key has a wrong id');
  return { name, keyId: id, type, publicKey: key };
}

function splitKey(
  text: string,
  what: string,
): { name: string; id: number; type: number; key: Uint8Array } {
  // A name has no plus sign, base64 may: only the first two separate.
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(text);
  const [, name, id, encoded] = match ?? [];
  if (name === undefined || id === undefined || encoded === undefined || !isKeyName(name)) {
    throw new LogFormatError(`${what} is not <name>+<id>+<base64>`);
  }
  const bytes = decodeBase64(encoded);
  const type = bytes?.[0];
  if (!bytes || type === undefined) throw new LogFormatError(`${what} is not in base64`);
  return { name, id: Number.parseInt(id, 16), type, key: bytes.slice(1) };
}

const SKEY_PREFIX = 'PRIVATE+KEY+';

function formatSkey(name: string, type: number, seed: Uint8Array): string {
  const id = hex8(keyId(name, type, ed25519PublicKey(seed)));
  return `${SKEY_PREFIX}${name}+${id}+${encodeBase64(concatBytes([Uint8Array.of(type), seed]))}`;
}

/** Reads a private key of type 0x01 or 0x04. LogFormatError, without the text, for anything else. */
export function parseSkey(skey: string): Skey {
  if (!skey.startsWith(SKEY_PREFIX)) throw new LogFormatError('signer key lacks its prefix');
  const { name, id, type, key } = splitKey(skey.slice(SKEY_PREFIX.length), 'signer key');
  if (!isEd25519(type) || key.length !== 32) throw new LogFormatError('signer key is not Ed25519');
  if (keyId(name, type, ed25519PublicKey(key)) !== id) {
    throw new LogFormatError('signer key has a wrong id');
  }
  return { name, keyId: id, type, seed: key };
}

const isEd25519 = (type: number): boolean =>
  type === SIGNATURE_TYPE.ed25519 || type === SIGNATURE_TYPE.cosignature;

/** A fresh Ed25519 key pair for a name; type 0x01 unless it is to cosign. */
export function generateKey(
  name: string,
  type: 0x01 | 0x04 = SIGNATURE_TYPE.ed25519,
): GeneratedKey {
  return keyPair(name, ed25519Seed(), type);
}

/** The key pair of a 32-byte seed or a PKCS #8 DER key. RangeError for a bad name or key. */
export function keyPair(
  name: string,
  privateKey: Uint8Array,
  type: 0x01 | 0x04 = SIGNATURE_TYPE.ed25519,
): GeneratedKey {
  requireName(name);
  const seed = seedOf(privateKey);
  const vkey = formatVkey({ name, type, publicKey: ed25519PublicKey(seed) });
  return { vkey, skey: formatSkey(name, type, seed) };
}

/** The seed itself, or the one inside a PKCS #8 DER key. */
export function seedOf(privateKey: Uint8Array): Uint8Array {
  return privateKey.length === 32 ? privateKey : ed25519SeedOfPkcs8(privateKey);
}

export function requireName(name: string): void {
  if (!isKeyName(name)) throw new RangeError(`not a key name: ${JSON.stringify(name)}`);
}

/** A log's Ed25519 signer (type 0x01) from a 32-byte seed or a PKCS #8 DER key. */
export function ed25519Signer(name: string, privateKey: Uint8Array): Signer {
  requireName(name);
  const seed = seedOf(privateKey);
  const id = keyId(name, SIGNATURE_TYPE.ed25519, ed25519PublicKey(seed));
  return { name, keyId: id, sign: ed25519Sign(seed) };
}

/** Verifier of note signatures of type 0x01. LogFormatError for a key of another type. */
export function ed25519Verifier(vkey: string): Verifier {
  const { name, keyId, type, publicKey } = parseVkey(vkey);
  if (type !== SIGNATURE_TYPE.ed25519) throw new LogFormatError('verifier key is not of type 1');
  return { name, keyId, verify: ed25519Verify(publicKey) };
}
