import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  EMPTY_ROOT,
  MemoryTiles,
  emptyFrontier,
  inclusionProof,
  integrate,
  leafHash,
  nodeHash,
  rootOf,
} from './index.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('hashing (RFC 9162 section 2.1.1)', () => {
  it('gives the published hashes of the empty tree and of leaves', () => {
    expect(hex(EMPTY_ROOT)).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(hex(leafHash(new Uint8Array(0)))).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    );
    expect(hex(leafHash(ascii('L123456')))).toMatch(/^395aa064/);
  });

  it('keeps leaves and nodes apart', () => {
    const left = leafHash(ascii('l'));
    const right = leafHash(ascii('r'));
    expect(hex(leafHash(Buffer.concat([left, right])))).not.toBe(hex(nodeHash(left, right)));
  });

  it('hashes entries longer than a bundle allows and does not mix up its input buffer', () => {
    const long = new Uint8Array(70_000).fill(7);
    const expected = createHash('sha256').update(Uint8Array.of(0)).update(long).digest('hex');
    expect(hex(leafHash(long))).toBe(expected);
    expect(hex(leafHash(new Uint8Array(0)))).toMatch(/^6e340b9c/);
  });

  it('refuses to join what is not 32 bytes', () => {
    expect(() => nodeHash(EMPTY_ROOT, new Uint8Array(31))).toThrow(RangeError);
    expect(() => nodeHash(new Uint8Array(33), EMPTY_ROOT)).toThrow(RangeError);
  });
});

describe('roots of the Certificate Transparency test leaves', () => {
  const leaves = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ].map((entry) => leafHash(Buffer.from(entry, 'hex')));

  it.each([
    [0, 'e3b0c442'],
    [1, '6e340b9c'],
    [2, 'fac54203'],
    [3, 'aeb6bcfe'],
    [4, 'd37ee418'],
    [5, '4e3bbb1f'],
    [6, '76e67dad'],
    [7, 'ddb89be4'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('size %i has root %s…', (size, root) => {
    const some = leaves.slice(0, size);
    expect(hex(rootOf(some)).startsWith(root)).toBe(true);
    expect(hex(integrate(emptyFrontier(), some).root).startsWith(root)).toBe(true);
  });
});

/** Subtrees of draft-ietf-plants-merkle-tree-certs: start is a multiple of a power of two ≥ width. */
function* subtrees(max: number): Generator<[start: number, end: number]> {
  for (let end = 1; end <= max; end++) {
    for (let start = 0; start < end; start++) {
      const width = 2 ** Math.ceil(Math.log2(end - start));
      if (start % width === 0) yield [start, end];
    }
  }
}

describe('rolling hashes over all subtrees of 130 leaves (draft-ietf-plants-merkle-tree-certs)', () => {
  const leaves = Array.from({ length: 130 }, (_, i) => leafHash(Uint8Array.of(i)));

  it('agrees on every subtree hash', () => {
    const rolling = createHash('sha256');
    for (const [start, end] of subtrees(130)) {
      rolling.update(`[${start}, ${end}) ${hex(rootOf(leaves.slice(start, end)))}\n`);
    }
    expect(rolling.digest('hex')).toBe(
      '94a95384a8c69acea9b50d035a58285b3a777cb7a724005faa5e1f1e1190007f',
    );
  });

  it('agrees on every inclusion proof', () => {
    const rolling = createHash('sha256');
    for (const [start, end] of subtrees(130)) {
      const tiles = new MemoryTiles();
      tiles.append(integrate(emptyFrontier(), leaves.slice(start, end)).tiles);
      for (let index = start; index < end; index++) {
        const proof = inclusionProof(end - start, index - start, tiles.read);
        rolling.update(`${index} [${start}, ${end})${proof.map((h) => ` ${hex(h)}`).join('')}\n`);
      }
    }
    expect(rolling.digest('hex')).toBe(
      'ac2a8f989e44d99e399db448050ff5f19757df53cfb716aa81015d3955d8163f',
    );
  });
});
