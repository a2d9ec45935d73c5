import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  LogFormatError,
  LogVerificationError,
  MemoryTiles,
  type TileReader,
  authenticatedReader,
  consistencyProof,
  ed25519Signer,
  ed25519Verifier,
  emptyFrontier,
  formatCheckpoint,
  formatProof,
  inclusionProof,
  integrate,
  keyPair,
  leafHash,
  nodeHash,
  signNote,
  tileWidth,
  tilesOfSize,
  verifyConsistency,
  verifyInclusion,
  verifyProof,
} from './index.js';

const ORIGIN = 'flips.example/log';
const seed = new Uint8Array(32).fill(4);
const verifiers = [ed25519Verifier(keyPair(ORIGIN, seed).vkey)];

/** Above 65,536, so that there are tiles of level 2; no multiple of 256, so that all end in part. */
const SIZE = 66_000;
const leaves = Array.from({ length: SIZE }, (_, n) => leafHash(Buffer.from(`entry ${n}`)));
const tiles = new MemoryTiles();
const { root, tiles: deltas } = integrate(emptyFrontier(), leaves);
tiles.append(deltas);

/** One bit of one tile is another one. */
const flipped =
  (level: number, index: number, bit: number): TileReader =>
  (...tile) => {
    const bytes = Uint8Array.from(tiles.read(...tile));
    if (tile[0] === level && tile[1] === index) bytes[bit >> 3]! ^= 1 << (bit & 7);
    return bytes;
  };

const isCaught = (level: number, index: number, bit: number): boolean => {
  try {
    authenticatedReader(SIZE, root, flipped(level, index, bit))(level, index, 1);
    return false;
  } catch (error) {
    return error instanceof LogVerificationError;
  }
};

describe('the reader of tiles', () => {
  it('catches a flipped bit in any tile of a tree of three levels', () => {
    const levels = new Set<number>();
    for (const { level, index, width } of tilesOfSize(SIZE)) {
      levels.add(level);
      const bit = (index * 977 + level * 131) % (width * 256);
      if (!isCaught(level, index, bit)) throw new Error(`bit ${bit} of ${level}/${index} is taken`);
    }
    expect([...levels]).toEqual([0, 1, 2]);
  });

  it.each([
    ['full, of level 0', 0, 100],
    ['full, of level 1', 1, 0],
    ['partial, of level 0', 0, 257],
    ['partial, of level 1', 1, 1],
    ['partial, of level 2', 2, 0],
  ])('catches a flipped bit in every hash of a tile that is %s', (_what, level, index) => {
    for (let hash = 0; hash < tileWidth(level, index, SIZE); hash++) {
      const bit = hash * 256 + ((hash * 37) % 256);
      if (!isCaught(level, index, bit)) throw new Error(`a changed hash ${hash} is taken`);
    }
  });
});

describe('a tlog-proof file', () => {
  const checkpoint = signNote(formatCheckpoint({ origin: ORIGIN, size: SIZE, root }), [
    ed25519Signer(ORIGIN, seed),
  ]);
  const proof = inclusionProof(SIZE, 40_000, tiles.read);
  const file = Buffer.from(formatProof({ index: 40_000, proof, checkpoint }));

  it('is refused with any bit of it flipped', () => {
    expect(verifyProof(file.toString(), leaves[40_000]!, ORIGIN, verifiers).size).toBe(SIZE);
    for (let bit = 0; bit < file.length * 8; bit++) {
      const changed = Buffer.from(file);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      let refusal: unknown = `bit ${bit} is taken`;
      try {
        verifyProof(changed.toString(), leaves[40_000]!, ORIGIN, verifiers);
      } catch (error) {
        refusal = error;
      }
      const isOurs = refusal instanceof LogFormatError || refusal instanceof LogVerificationError;
      if (!isOurs) throw refusal;
    }
  });
});

/**
 * A tree of equal leaves can have any size: the hash of a perfect subtree depends on its height
 * alone. The second implementation follows the definitions of RFC 9162 section 2.1, with sizes only.
 */
describe('proofs in trees of up to 2^53 − 1 leaves', () => {
  const perfect = [leafHash(new Uint8Array(0))];
  for (let height = 1; height < 56; height++) {
    perfect.push(nodeHash(perfect[height - 1]!, perfect[height - 1]!));
  }
  const read: TileReader = (level, _index, width) => {
    const tile = new Uint8Array(width * 32);
    for (let at = 0; at < width; at++) tile.set(perfect[level * 8]!, at * 32);
    return tile;
  };
  const hex = (hashes: readonly Uint8Array[]): string => Buffer.concat(hashes).toString('hex');
  const splitOf = (n: bigint): bigint => {
    let k = 1n;
    while (k * 2n < n) k *= 2n;
    return k;
  };
  const mth = (n: bigint): Uint8Array => {
    const height = n.toString(2).length - 1;
    if (n === 1n << BigInt(height)) return perfect[height]!;
    const k = splitOf(n);
    return nodeHash(mth(k), mth(n - k));
  };
  const path = (m: bigint, n: bigint): Uint8Array[] => {
    if (n === 1n) return [];
    const k = splitOf(n);
    return m < k ? [...path(m, k), mth(n - k)] : [...path(m - k, n - k), mth(k)];
  };
  const subproof = (m: bigint, n: bigint, complete: boolean): Uint8Array[] => {
    if (m === n) return complete ? [] : [mth(n)];
    const k = splitOf(n);
    return m <= k
      ? [...subproof(m, k, complete), mth(n - k)]
      : [...subproof(m - k, n - k, false), mth(k)];
  };
  const size = fc.oneof(
    fc.integer({ min: 1, max: 2 ** 40 }),
    fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    fc.integer({ min: 0, max: 52 }).map((height) => 2 ** height),
  );
  const two = size.chain((n) => fc.tuple(fc.integer({ min: 1, max: n }), fc.constant(n)));

  it('are those of the definitions, and verify', () => {
    fc.assert(
      fc.property(two, ([m, n]) => {
        const inclusion = inclusionProof(n, m - 1, read);
        expect(hex(inclusion)).toBe(hex(path(BigInt(m - 1), BigInt(n))));
        const claim = { index: m - 1, size: n, leaf: perfect[0]!, root: mth(BigInt(n)) };
        expect(verifyInclusion({ ...claim, proof: inclusion })).toBe(true);
        const consistency = consistencyProof(m, n, read);
        expect(hex(consistency)).toBe(hex(subproof(BigInt(m), BigInt(n), true)));
        const heads = { size1: m, root1: mth(BigInt(m)), size2: n, root2: claim.root };
        expect(verifyConsistency({ ...heads, proof: consistency })).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('are those of the definitions for every pair up to 100', () => {
    for (let n = 1; n <= 100; n++) {
      for (let m = 1; m <= n; m++) {
        expect(hex(inclusionProof(n, m - 1, read))).toBe(hex(path(BigInt(m - 1), BigInt(n))));
        expect(hex(consistencyProof(m, n, read))).toBe(hex(subproof(BigInt(m), BigInt(n), true)));
      }
    }
  });
});
