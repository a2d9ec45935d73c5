/** @jest-environment-options {"customExportConditions": ["browser", "source", "node"]} */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ed25519PublicKey, ed25519Sign, whenVerified as whenVerifiedInNode } from './hash.js';
import {
  LogVerificationError,
  appendSignatures,
  cosignatureVerifier,
  ed25519Verifier,
  formatCheckpoint,
  formatProof,
  formatSignatureLine,
  formatVkey,
  generateKey,
  leafHash,
  nodeHash,
  openCheckpoint,
  parseVkey,
  verifyCosignature,
  verifyProof,
  whenVerified,
} from './index.js';
import { sha256 } from './hash.browser.js';

/** As a bundler resolves the library for a browser: the jest options above set its condition. */

const seed = new Uint8Array(32).fill(7);
const publicKey = ed25519PublicKey(seed);
const vkeyOf = (name: string, type: number): string => formatVkey({ name, type, publicKey });
const ORIGIN = 'browser.example/log';
const VKEY = vkeyOf(ORIGIN, 1);
const TIME_VKEY = vkeyOf(`${ORIGIN}/time`, 4);

const leaves = [leafHash(Uint8Array.of(1)), leafHash(Uint8Array.of(2))] as const;
const text = formatCheckpoint({ origin: ORIGIN, size: 2, root: nodeHash(...leaves) });
const signed = (message: string): Uint8Array => ed25519Sign(seed)(Buffer.from(message));
const line = (vkey: string, signature: Uint8Array): string => {
  const { name, keyId } = parseVkey(vkey);
  return formatSignatureLine({ name, keyId, signature });
};
const note = `${text}\n${line(VKEY, signed(text))}`;
const time = Buffer.alloc(8);
time.writeBigUInt64BE(1_795_000_000n);
const timed = Buffer.concat([time, signed(`cosignature/v1\ntime 1795000000\n${text}`)]);
const cosigned = appendSignatures(note, [line(TIME_VKEY, timed)]);

/** Every file that is reached from here, with what it imports. */
function importsFrom(file: string, seen = new Map<string, readonly string[]>()) {
  if (seen.has(file)) return seen;
  const source = readFileSync(new URL(file, import.meta.url), 'utf8');
  const imports = [...source.matchAll(/^(?:import|export)[^;]*?from '([^']+)'/gms)].map(
    ([, from]) => from!,
  );
  seen.set(file, imports);
  for (const from of imports) {
    if (from === '#tlog-hash') importsFrom('./hash.browser.ts', seen);
    else if (from.startsWith('.')) importsFrom(from.replace(/\.js$/, '.ts'), seen);
  }
  return seen;
}

describe('in a browser', () => {
  it('nothing is reached that only Node has', () => {
    const reached = importsFrom('./index.ts');
    expect([...reached.keys()]).toContain('./hash.browser.ts');
    expect([...reached.keys()]).not.toContain('./hash.ts');
    const foreign = [...reached.values()].flat().filter((from) => !/^(\.|#tlog-hash$)/.test(from));
    expect(foreign).toEqual([]);
    for (const file of reached.keys()) {
      const source = readFileSync(new URL(file, import.meta.url), 'utf8');
      expect([file, /\b(Buffer|process|require)\b[.(]/.exec(source)?.[0]]).toEqual([
        file,
        undefined,
      ]);
    }
  });

  it('SHA-256 is that of FIPS 180-4, at every length around a block', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(Buffer.from(sha256(bytes))).toEqual(createHash('sha256').update(bytes).digest());
      }),
    );
    for (let length = 0; length < 200; length++) {
      const bytes = new Uint8Array(length).fill(length);
      expect(Buffer.from(sha256(bytes))).toEqual(createHash('sha256').update(bytes).digest());
    }
  });

  it('checkpoints, cosignatures and proofs are verified by the Web Crypto API', async () => {
    const verifiers = [ed25519Verifier(VKEY), cosignatureVerifier(TIME_VKEY)];
    const opened = await whenVerified(() => openCheckpoint(cosigned, ORIGIN, verifiers));
    expect(opened.note.signatures).toHaveLength(2);
    expect(await whenVerified(() => verifyCosignature(cosigned, TIME_VKEY))).toBe(1_795_000_000);
    const proof = formatProof({ index: 1, proof: [leaves[0]], checkpoint: note });
    const read = (leaf: Uint8Array) =>
      whenVerified(() => verifyProof(proof, leaf, ORIGIN, verifiers));
    expect((await read(leaves[1])).size).toBe(2);
    await expect(read(leaves[0])).rejects.toThrow(LogVerificationError);
  });

  it('a changed signature is refused, and nothing is believed outside of the call', async () => {
    const verifiers = [ed25519Verifier(VKEY)];
    const other = signed('another text\n');
    const forged = `${text}\n${line(VKEY, other)}`;
    const opening = whenVerified(() => openCheckpoint(forged, ORIGIN, verifiers));
    await expect(opening).rejects.toThrow(LogVerificationError);
    const unseen = ed25519Verifier(vkeyOf(ORIGIN, 1));
    const fresh = text.replace('\n2\n', '\n3\n');
    const notYet = `${fresh}\n${line(VKEY, signed(fresh))}`;
    expect(() => openCheckpoint(notYet, ORIGIN, [unseen])).toThrow('whenVerified');
  });

  it('there are no private keys', () => {
    expect(() => generateKey('a')).toThrow('private keys are not used');
  });
});

it('whenVerified is the call itself in Node', async () => {
  expect(await whenVerifiedInNode(() => 5)).toBe(5);
  const failing = whenVerifiedInNode(() => {
    throw new RangeError('as thrown');
  });
  await expect(failing).rejects.toThrow(RangeError);
});
