import {
  type JsonWebKey,
  type KeyObject,
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto';

/**
 * JSON Web Encryption, compact, direct key agreement (RFC 7516, RFC 7518 section 4.6): `ECDH-ES` over
 * P-256 with `A256GCM`. One pair of algorithms and no choice, so nothing can be talked down.
 */

const ALGORITHM = 'ECDH-ES';
const ENCRYPTION = 'A256GCM';
const CURVE = 'P-256';
const KEY_BITS = 256;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A text that is no JWE for this key, or was altered. */
export class JweError extends Error {
  override readonly name = 'JweError';
}

/** Key pair of a site: whoever has the private one can read what stations encrypt to the site. */
export function createEncryptionKey(): {
  readonly public: JsonWebKey;
  readonly private: JsonWebKey;
} {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: CURVE });
  return {
    public: publicKey.export({ format: 'jwk' }),
    private: privateKey.export({ format: 'jwk' }),
  };
}

/** Encrypts to the public key. */
export function encryptTo(recipient: JsonWebKey, plaintext: Buffer): string {
  const ephemeral = generateKeyPairSync('ec', { namedCurve: CURVE });
  const epk = ephemeral.publicKey.export({ format: 'jwk' });
  const key = agreedKey(ephemeral.privateKey, publicKeyOf(recipient));
  const header = base64url(Buffer.from(JSON.stringify({ alg: ALGORITHM, enc: ENCRYPTION, epk })));
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(header));
  const text = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return [header, '', ...[iv, text, cipher.getAuthTag()].map(base64url)].join('.');
}

/** Decrypts with the private key. Throws a JweError when it is not for this key, or was altered. */
export function decryptWith(recipient: JsonWebKey, jwe: string): Buffer {
  const parts = jwe.split('.');
  const [header, encryptedKey, ...rest] = parts;
  const [iv, text, tag] = rest.map((part) => Buffer.from(part, 'base64url'));
  if (parts.length !== 5 || encryptedKey !== '' || tag?.length !== TAG_BYTES) {
    throw new JweError('not a compact JWE with direct key agreement');
  }
  try {
    const epk = ephemeralOf(header!);
    const key = agreedKey(createPrivateKey({ key: recipient, format: 'jwk' }), epk);
    const decipher = createDecipheriv('aes-256-gcm', key, iv!);
    decipher.setAAD(Buffer.from(header!));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(text!), decipher.final()]);
  } catch (cause) {
    if (cause instanceof JweError) throw cause;
    throw new JweError('not for this key, or altered', { cause });
  }
}

function ephemeralOf(header: string): KeyObject {
  const { alg, enc, epk } = JSON.parse(Buffer.from(header, 'base64url').toString()) as {
    alg?: unknown;
    enc?: unknown;
    epk?: JsonWebKey;
  };
  if (alg !== ALGORITHM || enc !== ENCRYPTION || epk === undefined) {
    throw new JweError(`not ${ALGORITHM} with ${ENCRYPTION}`);
  }
  return publicKeyOf(epk);
}

function publicKeyOf({ kty, crv, x, y }: JsonWebKey): KeyObject {
  if (kty !== 'EC' || crv !== CURVE || x === undefined || y === undefined) {
    throw new JweError(`not a key of ${CURVE}`);
  }
  return createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
}

const agreedKey = (privateKey: KeyObject, publicKey: KeyObject): Buffer =>
  deriveKey(diffieHellman({ privateKey, publicKey }), { algorithm: ENCRYPTION, bits: KEY_BITS });

/** Concat KDF of NIST SP 800-56A with SHA-256, one round (RFC 7518, 4.6.2). */
export function deriveKey(
  secret: Buffer,
  given: {
    readonly algorithm: string;
    readonly bits: 128 | 256;
    /** PartyUInfo and PartyVInfo; a site and its stations have none. */
    readonly parties?: readonly [string, string];
  },
): Buffer {
  const [apu, apv] = given.parties ?? ['', ''];
  const info = [given.algorithm, apu, apv].map((text) =>
    Buffer.concat([uint32(Buffer.byteLength(text)), Buffer.from(text)]),
  );
  const round = Buffer.concat([uint32(1), secret, ...info, uint32(given.bits)]);
  return createHash('sha256')
    .update(round)
    .digest()
    .subarray(0, given.bits / 8);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const base64url = (bytes: Buffer): string => bytes.toString('base64url');
