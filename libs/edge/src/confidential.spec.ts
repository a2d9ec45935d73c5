import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EVENTS, decodeBody, isOpenedBy } from '#contracts';
import { conceal, reveal } from './confidential.js';
import { JweError, createEncryptionKey, decryptWith, deriveKey, encryptTo } from './jwe.js';

const site = createEncryptionKey();

describe('key agreement', () => {
  it('derives the key of RFC 7518, appendix C', () => {
    const curve = { kty: 'EC', crv: 'P-256' };
    const privateKey = createPrivateKey({
      format: 'jwk',
      key: {
        ...curve,
        x: 'gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0',
        y: 'SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps',
        d: '0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo',
      },
    });
    const publicKey = createPublicKey({
      format: 'jwk',
      key: {
        ...curve,
        x: 'weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ',
        y: 'e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck',
      },
    });
    const key = deriveKey(diffieHellman({ privateKey, publicKey }), {
      algorithm: 'A128GCM',
      bits: 128,
      parties: ['Alice', 'Bob'],
    });
    expect(key.toString('base64url')).toBe('VqqN6vgjbSBcIijNcacQGg');
  });
});

describe('a JWE', () => {
  it('is read by its recipient alone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        const jwe = encryptTo(site.public, Buffer.from(bytes));
        expect(decryptWith(site.private, jwe)).toEqual(Buffer.from(bytes));
        expect(() => decryptWith(createEncryptionKey().private, jwe)).toThrow(JweError);
      }),
      { numRuns: 20 },
    );
  });

  it('is refused when any character of it was altered', () => {
    const jwe = encryptTo(site.public, Buffer.from('DU-AB 1234'));
    const [header, , iv, text, tag] = jwe.split('.');
    const turned = (part: string): string => (part.startsWith('A') ? 'B' : 'A') + part.slice(1);
    for (const altered of [
      [turned(header!), '', iv, text, tag],
      [header, '', turned(iv!), text, tag],
      [header, '', iv, turned(text!), tag],
      [header, '', iv, text, turned(tag!)],
      [header, '', iv, text],
      [header, 'AAAA', iv, text, tag],
    ]) {
      expect(() => decryptWith(site.private, altered.join('.'))).toThrow(JweError);
    }
  });
});

describe('confidential values', () => {
  const values = { plate: 'DU-AB 1234', supplier: { name: 'Hof GmbH' } };
  const about = 'north.visit-1';
  const { commitments, recorded } = conceal(about, values, site.public);

  it('leave the station as commitments, each with a salt of its own', () => {
    decodeBody(EVENTS.confidentialRecorded.type, JSON.parse(JSON.stringify(recorded)));
    expect(JSON.stringify([commitments, recorded])).not.toContain('1234');
    const opened = recorded.openings.map((one) => ({ ...one, ...reveal(one, site.private) }));
    for (const { field, commitment, salt, value } of opened) {
      expect(commitments[field as keyof typeof values]).toBe(commitment);
      expect(isOpenedBy(commitment, { salt, value })).toBe(true);
    }
    expect(opened.map(({ value }) => value)).toEqual(Object.values(values));
    expect(new Set(opened.map(({ salt }) => salt)).size).toBe(2);
    expect(conceal(about, values, site.public).commitments.plate).not.toBe(commitments.plate);
  });

  it('are not revealed by an opening of something else', () => {
    const [plate, supplier] = recorded.openings;
    const swapped = { commitment: plate!.commitment, jwe: supplier!.jwe };
    expect(() => reveal(swapped, site.private)).toThrow('not what was committed to');
  });
});
