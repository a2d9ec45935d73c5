import { describe, expect, it } from '@jest/globals';
import { MemoryTiles, emptyFrontier, integrate, leafHash } from '#tlog';
import { type SigningCase, judgeSigning } from './judge-signing.js';

const leaves = (count: number, word: string): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => leafHash(Buffer.from(`${word} ${index}`)));

const logOf = (hashes: Uint8Array[]) => {
  const tiles = new MemoryTiles();
  const tree = integrate(emptyFrontier(), hashes);
  tiles.append(tree.tiles);
  return { head: { size: hashes.length, root: tree.root }, read: tiles.read };
};

const log = logOf(leaves(300, 'a'));
const before = logOf(leaves(260, 'a')).head;
const forged = logOf([...leaves(259, 'a'), ...leaves(41, 'forged')]);
const known: Omit<SigningCase, 'guard'> = { head: log.head, wasSigned: true, keyChanged: false };

describe('the guard', () => {
  it.each([
    ['a log nobody has signed', { ...known, wasSigned: false, guard: null }],
    ['a log that extends what was signed', { ...known, guard: before }],
    ['the same head again', { ...known, guard: log.head }],
  ])('lets sign %s', (_name, given) => {
    expect(judgeSigning(given, log.read)).toEqual({ sign: true });
  });

  it.each([
    ['guard-missing', { ...known, guard: null }],
    ['key-changed', { ...known, keyChanged: true, guard: before }],
    ['log-shrank', { ...known, head: before, guard: log.head }],
    ['root-changed', { ...known, guard: { ...log.head, root: before.root } }],
    ['inconsistent', { ...known, guard: logOf(leaves(260, 'b')).head }],
  ] as const)('refuses: %s', (reason, given) => {
    expect(judgeSigning(given, log.read)).toMatchObject({ sign: false, reason });
  });

  it('refuses a log that grew from another history than the signed one', () => {
    const verdict = judgeSigning({ ...known, head: forged.head, guard: before }, forged.read);
    expect(verdict).toMatchObject({ sign: false, reason: 'inconsistent' });
  });
});
