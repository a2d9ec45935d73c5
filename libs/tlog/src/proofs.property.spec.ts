import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  MemoryTiles,
  authenticatedReader,
  consistencyProof,
  decodeFrontier,
  emptyFrontier,
  encodeFrontier,
  frontierFromTiles,
  frontierRoot,
  inclusionProof,
  integrate,
  leafHash,
  partialWidth,
  rootOf,
  tilesForAuthentication,
  tilesForConsistency,
  tilesForInclusion,
  tilesOfSize,
  verifyConsistency,
  verifyInclusion,
  type TileReader,
  type TileRef,
} from './index.js';

/** A second implementation, straight from the recursive definitions of RFC 6962 section 2.1. */
const naive = {
  node: (l: Buffer, r: Buffer): Buffer =>
    createHash('sha256').update('\x01', 'latin1').update(l).update(r).digest(),
  split: (n: number): number => 1 << (31 - Math.clz32(n - 1)),
  mth(d: readonly Buffer[]): Buffer {
    if (d.length === 0) return createHash('sha256').digest();
    if (d.length === 1) return d[0]!;
    const k = naive.split(d.length);
    return naive.node(naive.mth(d.slice(0, k)), naive.mth(d.slice(k)));
  },
  path(m: number, d: readonly Buffer[]): Buffer[] {
    if (d.length === 1) return [];
    const k = naive.split(d.length);
    return m < k
      ? [...naive.path(m, d.slice(0, k)), naive.mth(d.slice(k))]
      : [...naive.path(m - k, d.slice(k)), naive.mth(d.slice(0, k))];
  },
  subproof(m: number, d: readonly Buffer[], complete: boolean): Buffer[] {
    if (m === d.length) return complete ? [] : [naive.mth(d)];
    const k = naive.split(d.length);
    return m <= k
      ? [...naive.subproof(m, d.slice(0, k), complete), naive.mth(d.slice(k))]
      : [...naive.subproof(m - k, d.slice(k), false), naive.mth(d.slice(0, k))];
  },
};

const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
const hexes = (hashes: readonly Uint8Array[]): string[] => hashes.map(hex);

const MAX = 70_000;
const leaves = Array.from({ length: MAX }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));
const buffers = leaves.map((leaf) => Buffer.from(leaf));
const store = new MemoryTiles();
const whole = integrate(emptyFrontier(), leaves);
store.append(whole.tiles);

/** Records what is read, so that the lists of tiles to fetch first can be held against it. */
function recording(read: TileReader): { read: TileReader; seen: Set<string> } {
  const seen = new Set<string>();
  return {
    seen,
    read: (level, index, width) => {
      seen.add(`${level}/${index}.${width}`);
      return read(level, index, width);
    },
  };
}
const keys = (refs: readonly TileRef[]): string[] =>
  refs.map(({ level, index, width }) => `${level}/${index}.${width}`).sort();

const small = fc.integer({ min: 1, max: 1200 });
const large = fc.oneof(
  small,
  fc.integer({ min: 1, max: MAX }),
  fc.constantFrom(255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 65_792, MAX),
);

describe('integrate', () => {
  it('gives the naive root, the same tiles and the same frontier for any split', () => {
    const batches = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 8 });
    fc.assert(
      fc.property(batches, (sizes) => {
        const tiles = new MemoryTiles();
        let frontier = emptyFrontier();
        for (const n of sizes) {
          const batch = leaves.slice(frontier.size, frontier.size + n);
          const next = integrate(frontier, batch);
          tiles.append(next.tiles);
          frontier = decodeFrontier(encodeFrontier(next.frontier));
          expect(hex(next.root)).toBe(hex(frontierRoot(frontier)));
        }
        const d = leaves.slice(0, frontier.size);
        expect(hex(frontierRoot(frontier))).toBe(hex(naive.mth(buffers.slice(0, d.length))));
        expect(hex(rootOf(d))).toBe(hex(frontierRoot(frontier)));
        const refs = [...tilesOfSize(d.length)];
        expect(tiles.count).toBe(refs.length);
        for (const { level, index, width } of refs) {
          const same = Buffer.compare(
            tiles.read(level, index, width),
            store.read(level, index, width),
          );
          expect(same).toBe(0);
          expect(() => tiles.read(level, index, width + 1)).toThrow(RangeError);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('a stored tree gives its frontier back', () => {
    fc.assert(
      fc.property(large, (size) => {
        const frontier = frontierFromTiles(size, store.read);
        const direct = integrate(emptyFrontier(), leaves.slice(0, size)).frontier;
        expect(hex(encodeFrontier(frontier))).toBe(hex(encodeFrontier(direct)));
      }),
      { numRuns: 15 },
    );
  });

  it('serves a tree of any size from the tiles of a later one', () => {
    fc.assert(
      fc.property(small, (size) => {
        const root = naive.mth(buffers.slice(0, size));
        const read = authenticatedReader(size, root, store.read);
        for (const { level, index, width } of tilesOfSize(size)) {
          if (level > 0) expect(partialWidth(level, size)).toBeGreaterThan(0);
          expect(read(level, index, width)).toHaveLength(width * 32);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('proofs from tiles', () => {
  const withIndex = (sizes: fc.Arbitrary<number>) =>
    sizes.chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 0, max: size - 1 })));
  const withFirst = (sizes: fc.Arbitrary<number>) =>
    sizes.chain((size) => fc.tuple(fc.integer({ min: 1, max: size }), fc.constant(size)));

  it('agree with the naive implementation', () => {
    fc.assert(
      fc.property(withIndex(small), ([size, index]) => {
        const d = buffers.slice(0, size);
        expect(hexes(inclusionProof(size, index, store.read))).toEqual(hexes(naive.path(index, d)));
      }),
      { numRuns: 150 },
    );
    fc.assert(
      fc.property(withFirst(small), ([size1, size2]) => {
        const d = buffers.slice(0, size2);
        expect(hexes(consistencyProof(size1, size2, store.read))).toEqual(
          hexes(naive.subproof(size1, d, true)),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('agree with the naive implementation for all pairs up to 40', () => {
    for (let size = 1; size <= 40; size++) {
      const d = buffers.slice(0, size);
      for (let other = 0; other <= size; other++) {
        if (other < size) {
          expect(hexes(inclusionProof(size, other, store.read))).toEqual(
            hexes(naive.path(other, d)),
          );
        }
        if (other > 0) {
          expect(hexes(consistencyProof(other, size, store.read))).toEqual(
            hexes(naive.subproof(other, d, true)),
          );
        }
      }
    }
  });

  it('verify, and read exactly the tiles that were announced', () => {
    fc.assert(
      fc.property(withIndex(large), ([size, index]) => {
        const root = frontierRoot(frontierFromTiles(size, store.read));
        const { read, seen } = recording(store.read);
        const proof = inclusionProof(size, index, read);
        expect([...seen].sort()).toEqual(keys(tilesForInclusion(size, index)));
        const leaf = leaves[index]!;
        expect(verifyInclusion({ index, size, leaf, proof, root })).toBe(true);
        expect(verifyInclusion({ index: index + 1, size, leaf, proof, root })).toBe(false);
        const other = leaves[(index + 1) % MAX]!;
        expect(verifyInclusion({ index, size, leaf: other, proof, root })).toBe(false);
      }),
      { numRuns: 150 },
    );
    fc.assert(
      fc.property(withFirst(large), ([size1, size2]) => {
        const root1 = frontierRoot(frontierFromTiles(size1, store.read));
        const root2 = frontierRoot(frontierFromTiles(size2, store.read));
        const { read, seen } = recording(store.read);
        const proof = consistencyProof(size1, size2, read);
        expect([...seen].sort()).toEqual(keys(tilesForConsistency(size1, size2)));
        expect(verifyConsistency({ size1, root1, size2, root2, proof })).toBe(true);
        if (size1 === size2) return;
        expect(verifyConsistency({ size1, root1: root2, size2, root2, proof })).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it('need no tile beyond those listed when they are authenticated', () => {
    fc.assert(
      fc.property(withIndex(large), ([size, index]) => {
        const root = frontierRoot(frontierFromTiles(size, store.read));
        const { read, seen } = recording(store.read);
        const proof = inclusionProof(size, index, authenticatedReader(size, root, read));
        const wanted = tilesForInclusion(size, index);
        expect([...seen].sort()).toEqual(keys(tilesForAuthentication(size, wanted)));
        expect(verifyInclusion({ index, size, leaf: leaves[index]!, proof, root })).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('changed proofs', () => {
  const flips = function* (proof: readonly Uint8Array[]): Generator<Uint8Array[]> {
    for (let bit = 0; bit < proof.length * 256; bit++) {
      const changed = proof.map((hash) => Uint8Array.from(hash));
      changed[bit >> 8]![(bit >> 3) & 31]! ^= 1 << (bit & 7);
      yield changed;
    }
  };

  it.each([
    [1000, 417],
    [257, 256],
    [64, 63],
  ])('size %i, index %i: no bit of an inclusion proof can change', (size, index) => {
    const root = rootOf(leaves.slice(0, size));
    const proof = inclusionProof(size, index, store.read);
    const claim = { index, size, leaf: leaves[index]!, root };
    expect(verifyInclusion({ ...claim, proof })).toBe(true);
    for (const changed of flips(proof)) {
      expect(verifyInclusion({ ...claim, proof: changed })).toBe(false);
    }
    expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false);
    expect(verifyInclusion({ ...claim, proof: [...proof, root] })).toBe(false);
  });

  it.each([
    [417, 1000],
    [256, 300],
    [3, 7],
  ])('sizes %i to %i: no bit of a consistency proof can change', (size1, size2) => {
    const claim = {
      size1,
      root1: rootOf(leaves.slice(0, size1)),
      size2,
      root2: rootOf(leaves.slice(0, size2)),
    };
    const proof = consistencyProof(size1, size2, store.read);
    expect(verifyConsistency({ ...claim, proof })).toBe(true);
    for (const changed of flips(proof)) {
      expect(verifyConsistency({ ...claim, proof: changed })).toBe(false);
    }
    expect(verifyConsistency({ ...claim, proof: proof.slice(1) })).toBe(false);
    expect(verifyConsistency({ ...claim, proof: [...proof, claim.root2] })).toBe(false);
  });
});
