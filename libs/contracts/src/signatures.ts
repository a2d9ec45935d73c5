import { type KeyObject, createPublicKey, verify } from 'node:crypto';

const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** Stations of a large site; beyond it the key that came first is read again when it comes up. */
const KEYS_KEPT = 4_096;
/** An auditor checks a seal twice, by the rules and by itself, a few entries apart. */
const ANSWERS_KEPT = 64;

/** To read a key costs nearly as much as to check a signature. */
const keys = new Map<string, KeyObject>();
const answers = new Map<string, boolean>();

/** Whether these are the 32 bytes of an Ed25519 public key; not whether they are on the curve. */
export const isPublicKey = (publicKey: string): boolean =>
  Buffer.from(publicKey, 'base64').length === PUBLIC_KEY_BYTES;

/**
 * Whether `signature` (base64) is that of `text` by the private key of `publicKey` (base64 of the 32
 * raw bytes; Ed25519, RFC 8032). A key or signature of another length is simply not it.
 */
export function isSignedBy(publicKey: string, text: Buffer, signature: string): boolean {
  const asked = `${publicKey} ${signature} ${text.toString('latin1')}`;
  const known = answers.get(asked);
  if (known !== undefined) return known;
  const bytes = Buffer.from(signature, 'base64');
  if (!isPublicKey(publicKey) || bytes.length !== SIGNATURE_BYTES) return false;
  const answer = verify(null, text, keyOf(publicKey), bytes);
  keep(answers, asked, answer, ANSWERS_KEPT);
  return answer;
}

function keyOf(publicKey: string): KeyObject {
  const known = keys.get(publicKey);
  if (known !== undefined) return known;
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  keep(keys, publicKey, key, KEYS_KEPT);
  return key;
}

/** A map keeps its order: the oldest makes room. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value, most: number): void {
  if (map.size >= most) map.delete(map.keys().next().value!);
  map.set(key, value);
}
