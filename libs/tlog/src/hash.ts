/**
 * The only file that needs a cryptography provider. For a browser `hash.browser.ts` stands in its
 * place (condition `browser` of #tlog-hash); all functions are synchronous over Uint8Array, so that
 * nothing above it has to change.
 */
import {
  createPrivateKey,
  createPublicKey,
  hash,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

/**
 * Runs `act`, which verifies notes, checkpoints or proofs and MUST have no effects. Here it is the
 * call itself; in a browser, where signatures are checked by and by, nothing is verified without it.
 */
export function whenVerified<Result>(act: () => Result): Promise<Result> {
  return new Promise((resolve) => {
    resolve(act());
  });
}

/** One-shot SHA-256, 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return hash('sha256', data, 'buffer');
}

// RFC 8410: the fixed DER that precedes the 32 bytes of a seed (PKCS #8) and of a public key (SPKI).
const PKCS8_PREFIX = Uint8Array.from([
  0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
]);
const SPKI_PREFIX = Uint8Array.from([0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0]);

function der(prefix: Uint8Array, key: Uint8Array): Buffer {
  if (key.length !== 32) throw new RangeError(`an Ed25519 key has 32 bytes, not ${key.length}`);
  return Buffer.concat([prefix, key]);
}

function privateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: der(PKCS8_PREFIX, seed), format: 'der', type: 'pkcs8' });
}

/** A fresh Ed25519 seed of 32 bytes from the system's random source. */
export function ed25519Seed(): Uint8Array {
  return new Uint8Array(randomBytes(32));
}

/** The 32-byte seed in an unencrypted PKCS #8 DER key; RangeError when the key is not Ed25519. */
export function ed25519SeedOfPkcs8(key: Uint8Array): Uint8Array {
  const parsed = createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' });
  if (parsed.asymmetricKeyType !== 'ed25519') throw new RangeError('not an Ed25519 private key');
  return new Uint8Array(parsed.export({ format: 'der', type: 'pkcs8' }).subarray(-32));
}

/** The 32-byte public key of a 32-byte seed (RFC 8032 section 5.1.5). */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  const spki = createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' });
  return new Uint8Array(spki.subarray(-32));
}

/** A function that signs bytes with a seed; the key is imported once. Signatures have 64 bytes. */
export function ed25519Sign(seed: Uint8Array): (message: Uint8Array) => Uint8Array {
  const key = privateKey(seed);
  return (message) => sign(null, message, key);
}

/** A function that verifies signatures of one public key; the key is imported once. */
export function ed25519Verify(
  publicKey: Uint8Array,
): (message: Uint8Array, signature: Uint8Array) => boolean {
  const key = createPublicKey({ key: der(SPKI_PREFIX, publicKey), format: 'der', type: 'spki' });
  return (message, signature) => signature.length === 64 && verify(null, message, key, signature);
}
