import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type EventAttributes,
  SEAL_CHAIN_START,
  attributeBlock,
  digestsOf,
  extendSealChain,
  isPublicKey,
  keyChangeText,
  sealText,
  verifyKeyChange,
  verifySeal,
} from '#contracts';

const event: EventAttributes = {
  source: 'north.sorter-1',
  boot: 1_795_000_000,
  seq: 1,
  type: 'urbanmine.pieces.scanned.v1',
  time: '2026-11-24T08:00:00.000Z',
  subject: 'north.run-1',
  siteid: 'north',
  entrymode: 'automatic',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};

describe('the attribute block', () => {
  it('is one line an attribute in the order of the design, absent = empty, no traceparent', () => {
    expect(attributeBlock(event).toString()).toBe(
      [
        'north.sorter-1',
        '1795000000',
        '1',
        'urbanmine.pieces.scanned.v1',
        '2026-11-24T08:00:00.000Z',
        'north.run-1',
        'north',
        '',
        'automatic',
        '',
        '',
      ].join('\n'),
    );
  });
});

describe('the seal chain', () => {
  it('is SHA-256(before, SHA-256(block), SHA-256(data)), made here a second way', () => {
    const data = Buffer.from('{"a":1}');
    const sha = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
    const expected = createHash('sha256')
      .update(Buffer.alloc(32))
      .update(sha(attributeBlock(event)))
      .update(sha(data))
      .digest('hex');
    const link = extendSealChain(SEAL_CHAIN_START, digestsOf(event, data));
    expect(link.toString('hex')).toBe(expected);
  });

  it('changes with any change to any event it covers', () => {
    const chain = (texts: readonly string[]): string =>
      texts
        .reduce(
          (before, text, index) =>
            extendSealChain(before, digestsOf({ ...event, seq: index + 1 }, Buffer.from(text))),
          SEAL_CHAIN_START,
        )
        .toString('hex');
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.string(),
        (texts, at, other) => {
          const index = at % texts.length;
          fc.pre(texts[index] !== other);
          expect(chain(texts.with(index, other))).not.toBe(chain(texts));
        },
      ),
    );
  });
});

describe('a signature', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const key = raw.toString('base64');
  const seal = {
    source: event.source,
    boot: event.boot,
    firstSeq: 1,
    lastSeq: 9,
    before: '00'.repeat(32),
    after: 'a3'.repeat(32),
  };
  const signed = (text: Buffer): string => sign(null, text, privateKey).toString('base64');

  it('holds for the seal that was signed and for no other', () => {
    const signature = signed(sealText(seal));
    expect(verifySeal(key, seal, signature)).toBe(true);
    expect(verifySeal(key, { ...seal, lastSeq: 8 }, signature)).toBe(false);
    expect(verifySeal(key, { ...seal, source: 'north.gate' }, signature)).toBe(false);
    expect(verifySeal(Buffer.alloc(32, 1).toString('base64'), seal, signature)).toBe(false);
  });

  it('of another length, or under a key of another length, is none', () => {
    expect(verifySeal(key, seal, '')).toBe(false);
    expect(verifySeal(raw.subarray(1).toString('base64'), seal, signed(sealText(seal)))).toBe(
      false,
    );
    expect(isPublicKey('')).toBe(false);
    expect(isPublicKey(key)).toBe(true);
  });

  it('of the old key names the new one', () => {
    const change = { source: event.source, newPublicKey: Buffer.alloc(32, 5).toString('base64') };
    const signature = signed(keyChangeText(change.source, change.newPublicKey));
    expect(verifyKeyChange(key, change, signature)).toBe(true);
    expect(verifyKeyChange(key, { ...change, source: 'north.gate' }, signature)).toBe(false);
  });
});
