import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keyPair } from '#tlog';
import { readWitnessPolicy } from './witness-policy.js';

const key = (name: string, seed: number, type: 1 | 4 = 4): string =>
  keyPair(name, new Uint8Array(32).fill(seed), type).vkey;
const one = { name: 'w1.example', url: 'http://127.0.0.1:1/', vkey: key('w1.example', 1) };
const two = { name: 'w2.example', url: 'https://w2.example/prefix', vkey: key('w2.example', 2) };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'urbanmine-policy-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const read = (content: object) => {
  const file = join(folder, 'witnesses.json');
  writeFileSync(file, JSON.stringify(content));
  return readWitnessPolicy(file);
};

describe('the policy of witnesses', () => {
  it('names who is asked and how many must agree', () => {
    const { quorum, witnesses } = read({ quorum: 2, witnesses: [one, two] });
    expect(quorum).toBe(2);
    expect(witnesses.map(({ name, url }) => [name, url])).toEqual([
      ['w1.example', 'http://127.0.0.1:1'],
      ['w2.example', 'https://w2.example/prefix'],
    ]);
  });

  it.each<[string, object, string]>([
    ['more than there are', { quorum: 3, witnesses: [one, two] }, 'quorum 3 of 2'],
    ['one key twice', { quorum: 1, witnesses: [one, one] }, 'have one key'],
    ['a key of another name', { quorum: 1, witnesses: [{ ...one, name: 'x' }] }, 'another name'],
    [
      'a key that signs logs',
      { quorum: 1, witnesses: [{ ...one, vkey: key('w1.example', 1, 1) }] },
      'type 4',
    ],
    ['no key', { quorum: 1, witnesses: [{ ...one, vkey: 'w1.example+x' }] }, 'type 4'],
    ['no address', { quorum: 1, witnesses: [{ ...one, url: 'ftp://a' }] }, 'url'],
    ['nobody', { quorum: 1, witnesses: [] }, 'witnesses'],
    ['no quorum', { witnesses: [one] }, 'quorum'],
  ])('is refused with %s', (_what, content, problem) => {
    expect(() => read(content)).toThrow(problem);
  });
});
