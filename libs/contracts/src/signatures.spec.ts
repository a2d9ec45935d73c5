import { expect, test } from '@jest/globals';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { isPublicKey, isSignedBy } from './signatures.js';

const keyPair = () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  const spki = createPublicKey(pem).export({ format: 'der', type: 'spki' });
  return { key: createPrivateKey(pem), publicKey: spki.subarray(-32).toString('base64') };
};

const TEXT = Buffer.from('urbanmine/seal/v1\n');
const { key, publicKey } = keyPair();
const signature = sign(null, TEXT, key).toString('base64');

test('a signature is of one text by one key, however often it is asked for', () => {
  const other = keyPair();
  for (let time = 0; time < 3; time++) {
    expect(isSignedBy(publicKey, TEXT, signature)).toBe(true);
    expect(isSignedBy(publicKey, Buffer.from('urbanmine/seal/v2\n'), signature)).toBe(false);
    expect(isSignedBy(other.publicKey, TEXT, signature)).toBe(false);
    expect(isSignedBy(publicKey, TEXT, sign(null, TEXT, other.key).toString('base64'))).toBe(false);
  }
});

test('answers that made room are found anew', () => {
  for (let n = 0; n < 200; n++) {
    const text = Buffer.from(`text ${n}`);
    expect(isSignedBy(publicKey, text, sign(null, text, key).toString('base64'))).toBe(true);
    expect(isSignedBy(publicKey, text, signature)).toBe(false);
  }
  expect(isSignedBy(publicKey, TEXT, signature)).toBe(true);
});

test('what has another length is no key and no signature', () => {
  expect(isPublicKey(publicKey)).toBe(true);
  expect(isPublicKey(publicKey.slice(4))).toBe(false);
  expect(isSignedBy(publicKey.slice(4), TEXT, signature)).toBe(false);
  expect(isSignedBy(publicKey, TEXT, signature.slice(4))).toBe(false);
});
