import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { actorOf } from './actors.js';

const token = 'a-token-of-some-length';
const actors = { 'p-17': createHash('sha256').update(token).digest('hex') };
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
