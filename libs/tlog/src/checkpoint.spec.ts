import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  LogFormatError,
  LogVerificationError,
  appendSignatures,
  cosign,
  cosignatureVerifier,
  decodeBase64,
  ed25519Cosigner,
  ed25519Signer,
  ed25519Verifier,
  encodeBase64,
  formatCheckpoint,
  formatProof,
  keyPair,
  leafHash,
  nodeHash,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parseNote,
  parseProof,
  signNote,
  verifyCosignature,
  verifyProof,
} from './index.js';

const seed = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const ORIGIN = 'urbanmine.example/log/site-1';
const log = ed25519Signer(ORIGIN, seed(1));
const logKey = ed25519Verifier(keyPair(ORIGIN, seed(1)).vkey);
const witness = ed25519Cosigner(`${ORIGIN}/time`, seed(2));
const witnessVkey = keyPair(witness.name, seed(2), 4).vkey;
const leaves = [leafHash(Uint8Array.of(1)), leafHash(Uint8Array.of(2))] as const;
const root = nodeHash(...leaves);
const text = formatCheckpoint({ origin: ORIGIN, size: 2, root });
const note = signNote(text, [log]);
const TIME = 1_790_000_000;
const cosigned = appendSignatures(note, [cosign(note, witness, TIME)]);

describe('checkpoints', () => {
  it('are three lines', () => {
    expect(text).toBe(`${ORIGIN}\n2\n${encodeBase64(root)}\n`);
    expect(parseCheckpoint(text)).toEqual({
      origin: ORIGIN,
      size: 2,
      root: Uint8Array.from(root),
      extensions: [],
    });
    expect(parseCheckpoint(`${text}one\ntwo\n`).extensions).toEqual(['one', 'two']);
  });

  it('come back as they went in', () => {
    const arbitrary = fc.record({
      origin: fc.stringMatching(/^[a-z0-9./ é+]{1,30}$/),
      size: fc.maxSafeNat(),
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    });
    fc.assert(
      fc.property(arbitrary, (checkpoint) => {
        const expected = { ...checkpoint, extensions: [] };
        expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual(expected);
      }),
    );
  });

  it.each([
    ['empty', ''],
    ['two lines', text.split('\n').slice(0, 2).join('\n') + '\n'],
    ['no newline at the end', text.slice(0, -1)],
    ['no origin', text.slice(ORIGIN.length)],
    ['a blank line at the end', `${text}\n`],
    ['a blank line before extensions', `${text}\nextension\n`],
    ['a leading zero', text.replace('\n2\n', '\n02\n')],
    ['a sign', text.replace('\n2\n', '\n+2\n')],
    ['a negative size', text.replace('\n2\n', '\n-2\n')],
    ['a fraction', text.replace('\n2\n', '\n2.0\n')],
    ['an exponent', text.replace('\n2\n', '\n2e0\n')],
    ['a space', text.replace('\n2\n', '\n2 \n')],
    ['hexadecimal', text.replace('\n2\n', '\n0x2\n')],
    ['2^53', text.replace('\n2\n', '\n9007199254740992\n')],
    ['2^64', text.replace('\n2\n', '\n18446744073709551616\n')],
    ['a root of 31 bytes', `a\n1\n${encodeBase64(root.subarray(1))}\n`],
    ['a root of 33 bytes', `a\n1\n${encodeBase64(Buffer.concat([root, root]).subarray(31))}\n`],
    ['a root without padding', text.replace('=\n', '\n')],
    ['a root with trailing bits', text.replace(/.=\n$/, '9=\n')],
    ['an empty root', 'a\n1\n\n'],
  ])('are refused with %s', (_, bad) => {
    expect(() => parseCheckpoint(bad)).toThrow(LogFormatError);
  });

  it('cannot be written wrong', () => {
    expect(() => formatCheckpoint({ origin: '', size: 2, root })).toThrow(RangeError);
    expect(() => formatCheckpoint({ origin: 'a\nb', size: 2, root })).toThrow(RangeError);
    expect(() => formatCheckpoint({ origin: 'a', size: -1, root })).toThrow(RangeError);
    expect(() => formatCheckpoint({ origin: 'a', size: 2 ** 53, root })).toThrow(RangeError);
    expect(() => formatCheckpoint({ origin: 'a', size: 1, root: root.subarray(1) })).toThrow(
      RangeError,
    );
  });

  it('open only for their origin and with the key of that name', () => {
    expect(openCheckpoint(note, ORIGIN, [logKey])).toMatchObject({ origin: ORIGIN, size: 2 });
    expect(() => openCheckpoint(note, `${ORIGIN}0`, [logKey])).toThrow(LogVerificationError);
    const onlyWitness = signNote(text, [ed25519Signer('w.example', seed(3))]);
    const w = ed25519Verifier(keyPair('w.example', seed(3)).vkey);
    expect(() => openCheckpoint(onlyWitness, ORIGIN, [logKey, w])).toThrow(LogVerificationError);
    expect(() => openCheckpoint(signNote('x\n', [log]), ORIGIN, [logKey])).toThrow(LogFormatError);
  });
});

describe('timestamped cosignatures', () => {
  it('verify next to the signature of the log and give their time', () => {
    expect(verifyCosignature(cosigned, witnessVkey)).toBe(TIME);
    const opened = openCheckpoint(cosigned, ORIGIN, [logKey, cosignatureVerifier(witnessVkey)]);
    expect(opened.note.signatures.map(({ name }) => name)).toEqual([ORIGIN, `${ORIGIN}/time`]);
    expect(opened.note.signatures[1]!.signature).toHaveLength(72);
  });

  it('sign the two lines of the specification and the whole text', () => {
    const payload = parseNote(cosigned).signatures[1]!.signature;
    const plain = ed25519Signer(witness.name, seed(2));
    const message = Buffer.from(`cosignature/v1\ntime ${TIME}\n${text}`);
    expect(Buffer.from(payload.subarray(8))).toEqual(Buffer.from(plain.sign(message)));
    expect(Buffer.from(payload.subarray(0, 8)).readBigUInt64BE()).toBe(BigInt(TIME));
  });

  it('reject every single changed bit, the time included', () => {
    const { signatures } = parseNote(cosigned);
    const { name, keyId, signature } = signatures[1]!;
    const verifier = cosignatureVerifier(witnessVkey);
    expect(verifier.verify(Buffer.from(text), signature)).toBe(true);
    expect({ name, keyId }).toEqual({ name: witness.name, keyId: witness.keyId });
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const changed = Uint8Array.from(signature);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifier.verify(Buffer.from(text), changed)).toBe(false);
    }
    for (const length of [0, 7, 8, 71]) {
      expect(verifier.verify(Buffer.from(text), signature.subarray(0, length))).toBe(false);
    }
  });

  it('are refused when missing, moved to another checkpoint, or not of a checkpoint', () => {
    expect(() => verifyCosignature(note, witnessVkey)).toThrow(LogVerificationError);
    const other = formatCheckpoint({ origin: ORIGIN, size: 3, root });
    const moved = appendSignatures(signNote(other, [log]), [cosign(note, witness, TIME)]);
    expect(() => verifyCosignature(moved, witnessVkey)).toThrow(LogVerificationError);
    expect(openNote(moved, [logKey]).unverified).toHaveLength(1);
    expect(() => cosign(signNote('x\n', [log]), witness, TIME)).toThrow(LogFormatError);
    for (const time of [-1, 0.5, 2 ** 53, NaN]) {
      expect(() => cosign(note, witness, time)).toThrow(RangeError);
    }
  });
});

describe('tlog-proof files', () => {
  const file = { index: 1, proof: [leaves[0]], checkpoint: cosigned };
  const written = formatProof(file);

  it('have the lines of the specification', () => {
    const lines = ['c2sp.org/tlog-proof@v1', 'index 1', encodeBase64(leaves[0]), '', cosigned];
    expect(written).toBe(lines.join('\n'));
    const extra = Uint8Array.of(1, 2);
    expect(formatProof({ ...file, extra }).split('\n')[1]).toBe('extra AQI=');
    expect(parseProof(formatProof({ ...file, extra })).extra).toEqual(extra);
    expect(formatProof(parseProof(written))).toBe(written);
    expect(parseProof(written)).not.toHaveProperty('extra');
  });

  it('verify offline', () => {
    const opened = verifyProof(written, leaves[1], ORIGIN, [logKey]);
    expect(opened.size).toBe(2);
    expect(() => verifyProof(written, leaves[0], ORIGIN, [logKey])).toThrow(LogVerificationError);
    expect(() => verifyProof(written, leaves[1], ORIGIN, [])).toThrow(LogVerificationError);
    const wrong = formatProof({ ...file, index: 0 });
    expect(() => verifyProof(wrong, leaves[1], ORIGIN, [logKey])).toThrow(LogVerificationError);
  });

  it('may hold no hashes: a tree of one entry', () => {
    const one = signNote(formatCheckpoint({ origin: ORIGIN, size: 1, root: leaves[0] }), [log]);
    const alone = formatProof({ index: 0, proof: [], checkpoint: one });
    expect(verifyProof(alone, leaves[0], ORIGIN, [logKey]).size).toBe(1);
  });

  it.each([
    ['another version', written.replace('@v1', '@v2')],
    ['no header', written.slice(written.indexOf('\n') + 1)],
    ['no index', written.replace('index 1\n', '')],
    ['an index with a leading zero', written.replace('index 1', 'index 01')],
    ['a negative index', written.replace('index 1', 'index -1')],
    ['an index not below the size', written.replace('index 1', 'index 2')],
    ['two spaces', written.replace('index 1', 'index  1')],
    ['extra after the index', written.replace('index 1', 'index 1\nextra AQI=')],
    ['extra that is not base64', written.replace('index 1', 'extra AQI\nindex 1')],
    ['extra twice', written.replace('index 1', 'extra AQI=\nextra AQI=\nindex 1')],
    ['a hash of 30 bytes', written.replace(encodeBase64(leaves[0]), 'A'.repeat(40))],
    ['a hash without padding', written.replace(/=\n\n/, '\n\n')],
    ['a space after a hash', written.replace(/=\n\n/, '= \n\n')],
    ['carriage returns', written.replaceAll('\n', '\r\n')],
    ['no blank line', written.replace('\n\n', '\n')],
    ['a checkpoint without signatures', written.slice(0, written.lastIndexOf('\n\n')) + '\n'],
    ['nothing after the checkpoint text', written.slice(0, written.indexOf('—'))],
    ['64 hashes', written.replace('\n\n', `\n${`${encodeBase64(leaves[0])}\n`.repeat(63)}\n`)],
  ])('are refused with %s', (_, bad) => {
    expect(() => parseProof(bad)).toThrow(LogFormatError);
  });

  it('cannot be written wrong', () => {
    expect(() => formatProof({ ...file, index: -1 })).toThrow(RangeError);
    expect(() => formatProof({ ...file, proof: [new Uint8Array(31)] })).toThrow(LogFormatError);
    expect(() => formatProof({ ...file, checkpoint: text })).toThrow(LogFormatError);
  });
});

describe('base64', () => {
  it('has one form per value', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const encoded = encodeBase64(bytes);
        expect(encoded).toBe(Buffer.from(bytes).toString('base64'));
        expect(decodeBase64(encoded)).toEqual(bytes);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-f+/=\n]{0,12}$/), (any) => {
        const bytes = decodeBase64(any);
        if (bytes !== null) expect(encodeBase64(bytes)).toBe(any);
      }),
    );
  });
});
