import { hash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '#materials';
import { SALT_BYTES, commitmentOf, isOpenedBy } from './commitments.js';

const saltOf = (fill: number): string => Buffer.alloc(SALT_BYTES, fill).toString('base64url');

describe('a commitment', () => {
  const opening = { salt: saltOf(7), value: { plate: 'DU-AB 1234', trailer: null } };
  const commitment = commitmentOf(opening);

  it('is opened by its salt and value, however the value was written', () => {
    expect(commitment).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(isOpenedBy(commitment, opening)).toBe(true);
    const other = { trailer: null, plate: 'DU-AB 1234' };
    expect(isOpenedBy(commitment, { ...opening, value: other })).toBe(true);
  });

  it('is not opened by an altered salt, an altered value or a salt of another length', () => {
    expect(isOpenedBy(commitment, { ...opening, salt: saltOf(8) })).toBe(false);
    expect(isOpenedBy(commitment, { ...opening, value: 'DU-AB 1234' })).toBe(false);
    const short = { salt: Buffer.alloc(8).toString('base64url'), value: 1 };
    expect(isOpenedBy(commitmentOf(short), short)).toBe(false);
  });

  it('says nothing once its salt is gone, where a bare digest is found among a million plates', () => {
    const words = 1_000_000;
    const wordOf = (n: number): string => `DU-AB ${n}`;
    const wanted = wordOf(777_777);
    const salt = randomBytes(SALT_BYTES).toString('base64url');
    const salted = commitmentOf({ salt, value: wanted });
    const bare = hash('sha256', canonicalJson(wanted), 'base64url');
    let found = '';
    for (let n = 0; n < words; n++) {
      const digest = hash('sha256', `"${wordOf(n)}"`, 'base64url');
      if (digest === bare) found = wordOf(n);
      if (digest === salted) throw new Error(`the commitment to ${wordOf(n)} has no salt`);
    }
    expect(found).toBe(wanted);
    // Whoever knew the salt would need a single try.
    expect(isOpenedBy(salted, { salt, value: wanted })).toBe(true);
  });
});
