import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { actorOf, checkApproval } from './actors.js';

const token = 'a-token-of-some-length';
const other = 'another-token-of-some-length';
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const actors = { 'p-17': digestOf(token), 'p-18': digestOf(other) };
const from = (given: Partial<Parameters<typeof actorOf>[1]>): Parameters<typeof actorOf>[1] => ({
  authorization: undefined,
  actor: undefined,
  address: '127.0.0.1',
  ...given,
});

describe('who enters something', () => {
  it('is told by the token, whatever the header says', () => {
    const caller = from({ authorization: `Bearer ${token}`, actor: 'p-1', address: '10.0.0.9' });
    expect(actorOf(actors, caller)).toBe('p-17');
  });

  it.each([
    [undefined, 'send `Authorization'],
    ['Basic abc', 'send `Authorization'],
    [`Bearer ${token}x`, 'nobody at this desk'],
  ])('is refused with the token %s', (authorization, message) => {
    expect(() => actorOf(actors, from({ authorization, actor: 'p-17' }))).toThrow(message);
  });

  it('is told by the header on this machine alone, where there are no tokens', () => {
    expect(actorOf(null, from({ actor: 'p-1' }))).toBe('p-1');
    expect(() => actorOf(null, from({ actor: 'p-1', address: '10.0.0.9' }))).toThrow(
      'only this machine',
    );
    expect(() => actorOf(null, from({}))).toThrow('the header `actor`');
    expect(() => actorOf(null, from({ actor: 'Ann Smith' }))).toThrow('the header `actor`');
  });
});

describe('who approves something', () => {
  const approved = { authorization: undefined, actor: 'p-17', approvedBy: 'p-18' };

  it('is another person, with a token of their own', () => {
    checkApproval(actors, { ...approved, authorization: `Bearer ${other}` });
  });

  it.each([
    ['nobody', undefined],
    ['the one who enters it', `Bearer ${token}`],
    ['no token of this desk', `Bearer ${other}x`],
  ])('is not taken from %s', (_who, authorization) => {
    expect(() => {
      checkApproval(actors, { ...approved, authorization });
    }).toThrow('"p-18" must be here');
  });

  it('is never the one who enters it, and is taken at their word where there are no tokens', () => {
    for (const known of [actors, null]) {
      expect(() => {
        checkApproval(known, { ...approved, approvedBy: 'p-17' });
      }).toThrow('it takes another one');
    }
    checkApproval(null, approved);
  });
});
