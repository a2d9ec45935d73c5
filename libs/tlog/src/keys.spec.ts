import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  LogFormatError,
  SIGNATURE_TYPE,
  cosignatureVerifier,
  ed25519Signer,
  ed25519Verifier,
  formatVkey,
  generateKey,
  keyId,
  keyPair,
  parseSkey,
  parseVkey,
} from './index.js';

const seed = new Uint8Array(32).map((_, i) => i);
const { vkey, skey } = keyPair('log.example/a', seed);
const message = Buffer.from('message\n');

/** The text cut at every pair of places, and with every character moved on by one. */
function* manglings(text: string): Generator<string> {
  for (let from = 0; from <= text.length; from++) {
    for (let to = from + 1; to <= text.length; to++) {
      if (from > 0 || to < text.length) yield text.slice(from, to);
    }
  }
  for (let i = 0; i < text.length; i++) {
    const next = String.fromCharCode(text.charCodeAt(i) + 1);
    yield text.slice(0, i) + next + text.slice(i + 1);
  }
}

describe('verifier keys', () => {
  it('read back what was written', () => {
    const parsed = parseVkey(vkey);
    expect(parsed).toMatchObject({ name: 'log.example/a', type: 1 });
    expect(parsed.keyId).toBe(keyId('log.example/a', 1, parsed.publicKey));
    expect(formatVkey(parsed)).toBe(vkey);
  });

  it('are refused after any cut or changed character', () => {
    for (const bad of manglings(vkey)) expect(() => parseVkey(bad)).toThrow(LogFormatError);
  });

  it('keep their type, and are verified by what knows it', () => {
    const cosigner = generateKey('witness.example', SIGNATURE_TYPE.cosignature).vkey;
    expect(parseVkey(cosigner).type).toBe(4);
    expect(() => ed25519Verifier(cosigner)).toThrow(LogFormatError);
    expect(() => cosignatureVerifier(vkey)).toThrow(LogFormatError);
    const mlDsa = formatVkey({ name: 'pq', type: 6, publicKey: new Uint8Array(1312).fill(3) });
    expect(parseVkey(mlDsa).publicKey).toHaveLength(1312);
    const unknown = formatVkey({ name: 'x', type: 0x77, publicKey: new Uint8Array(5) });
    expect(parseVkey(unknown).type).toBe(0x77);
    expect(() => ed25519Verifier(unknown)).toThrow(LogFormatError);
  });

  it('of a known type have its length', () => {
    for (const [type, length] of [
      [1, 31],
      [1, 33],
      [4, 64],
      [6, 32],
      [9, 0],
    ] as const) {
      const bad = formatVkey({ name: 'a', type, publicKey: new Uint8Array(length) });
      expect(() => parseVkey(bad)).toThrow(LogFormatError);
    }
  });

  it.each([
    ['upper-case id', vkey.replace(/\+[0-9a-f]{8}\+/, (id) => id.toUpperCase())],
    ['a newline at the end', `${vkey}\n`],
    ['a space in the name', vkey.replace('log', 'l g')],
    ['a control character in the name', vkey.replace('log', 'l\x07g')],
    ['a vkey twice', `${vkey}${vkey}`],
    ['a private key', skey],
  ])('refuse %s', (_, bad) => {
    expect(() => parseVkey(bad)).toThrow(LogFormatError);
  });

  it('refuse names and types they cannot state', () => {
    const publicKey = new Uint8Array(32);
    for (const name of ['', 'a b', 'a+b', 'a\nb', 'a\u2003b', '\ud800']) {
      expect(() => formatVkey({ name, type: 1, publicKey })).toThrow(RangeError);
    }
    expect(() => formatVkey({ name: 'a', type: 256, publicKey })).toThrow(RangeError);
  });
});

describe('private keys', () => {
  it('read back what was written and sign as their verifier key says', () => {
    const generated = generateKey('log.example/b');
    const parsed = parseSkey(generated.skey);
    expect(keyPair(parsed.name, parsed.seed)).toEqual(generated);
    const signature = ed25519Signer(parsed.name, parsed.seed).sign(message);
    const verifier = ed25519Verifier(generated.vkey);
    expect(verifier.verify(message, signature)).toBe(true);
    expect(verifier.verify(Buffer.from('massage\n'), signature)).toBe(false);
    expect(verifier.verify(message, signature.subarray(1))).toBe(false);
    expect(generateKey('log.example/b').skey).not.toBe(generated.skey);
  });

  it('are refused after any cut or changed character, without being quoted', () => {
    for (const bad of manglings(skey)) expect(() => parseSkey(bad)).toThrow(LogFormatError);
    expect(() => parseSkey(`${skey}A`)).not.toThrow(new RegExp(skey.slice(-20)));
  });

  it('may be a PKCS #8 DER key', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const der = privateKey.export({ format: 'der', type: 'pkcs8' });
    const pair = keyPair('a', der);
    const signature = ed25519Signer('a', der).sign(message);
    expect(ed25519Verifier(pair.vkey).verify(message, signature)).toBe(true);
    const other = generateKeyPairSync('x25519').privateKey.export({ format: 'der', type: 'pkcs8' });
    expect(() => keyPair('a', other)).toThrow(RangeError);
  });
});
