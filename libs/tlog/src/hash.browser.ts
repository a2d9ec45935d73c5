/**
 * Stands in for `hash.ts` where there is no `node:crypto` (condition `browser` of #tlog-hash). The
 * Web Crypto API answers later and the rest of this library now, so a signature that has not been
 * checked yet throws `SignaturePending`: see `whenVerified`. There are no private keys here.
 */

/** A signature is being checked; `verdict` settles when it is known. Never leaves `whenVerified`. */
class SignaturePending extends Error {
  override readonly name = 'SignaturePending';
  constructor(readonly verdict: Promise<void>) {
    super('verify in a browser by whenVerified');
  }
}

const VERDICTS_MAX = 1_000;
const verdicts = new Map<string, boolean>();

/**
 * Runs `act`, which verifies notes, checkpoints or proofs and MUST have no effects: it runs again
 * after each signature that it asks for.
 */
export async function whenVerified<Result>(act: () => Result): Promise<Result> {
  if (verdicts.size > VERDICTS_MAX) verdicts.clear();
  for (;;) {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof SignaturePending)) throw error;
      await error.verdict;
    }
  }
}

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A function that verifies signatures of one public key, within `whenVerified` only. */
export function ed25519Verify(
  publicKey: Uint8Array,
): (message: Uint8Array, signature: Uint8Array) => boolean {
  if (publicKey.length !== 32) {
    throw new RangeError(`an Ed25519 key has 32 bytes, not ${publicKey.length}`);
  }
  return (message, signature) => {
    if (signature.length !== 64) return false;
    const key = [publicKey, signature, sha256(message)].map(hexOf).join();
    const verdict = verdicts.get(key);
    if (verdict !== undefined) return verdict;
    throw new SignaturePending(
      check(publicKey, message, signature).then((holds) => {
        verdicts.set(key, holds);
      }),
    );
  };
}

async function check(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const { subtle } = globalThis.crypto;
  // Copies: the API takes only what lies in a plain ArrayBuffer.
  const [raw, signed, text] = [publicKey, signature, message].map((one) => Uint8Array.from(one));
  const key = await subtle.importKey('raw', raw!, { name: 'Ed25519' }, false, ['verify']);
  return subtle.verify({ name: 'Ed25519' }, key, signed!, text!);
}

function noPrivateKeys(): never {
  throw new Error('private keys are not used in a browser');
}
export const ed25519Seed: () => Uint8Array = noPrivateKeys;
export const ed25519SeedOfPkcs8: (key: Uint8Array) => Uint8Array = noPrivateKeys;
export const ed25519PublicKey: (seed: Uint8Array) => Uint8Array = noPrivateKeys;
export const ed25519Sign: (seed: Uint8Array) => (message: Uint8Array) => Uint8Array = noPrivateKeys;

/** The first 32 bits of the fractional parts of a root of a prime (FIPS 180-4 section 4.2.2). */
function fraction(prime: number, root: number): number {
  const value = prime ** (1 / root);
  return ((value - Math.floor(value)) * 2 ** 32) | 0;
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    if (found.every((prime) => n % prime !== 0)) found.push(n);
  }
  return found;
}

const ROUND = Int32Array.from(primes(64), (prime) => fraction(prime, 3));
const START = Int32Array.from(primes(8), (prime) => fraction(prime, 2));
const words = new Int32Array(64);

const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** SHA-256 (FIPS 180-4 section 6.2), 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((data.length + 9) / 64) * 64);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(data.length) * 8n);
  const state = Int32Array.from(START);
  for (let at = 0; at < padded.length; at += 64) compress(state, view, at);
  const out = new Uint8Array(32);
  const target = new DataView(out.buffer);
  state.forEach((word, index) => {
    target.setInt32(index * 4, word);
  });
  return out;
}

function compress(state: Int32Array, view: DataView, at: number): void {
  for (let t = 0; t < 16; t++) words[t] = view.getInt32(at + t * 4);
  for (let t = 16; t < 64; t++) {
    const [a, b] = [words[t - 15]!, words[t - 2]!];
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    words[t] = (words[t - 16]! + s0 + words[t - 7]! + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as Eight;
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[t]! + words[t]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    state[index] = (state[index]! + word) | 0;
  });
}

type Eight = [number, number, number, number, number, number, number, number];
