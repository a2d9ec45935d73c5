import { describe, expect, it } from '@jest/globals';
import {
  LogFormatError,
  LogVerificationError,
  MemoryTiles,
  authenticatedReader,
  consistencyProof,
  decodeFrontier,
  emptyFrontier,
  encodeFrontier,
  EMPTY_ROOT,
  frontierRoot,
  inclusionProof,
  integrate,
  leafHash,
  tilesForInclusion,
  tilesOfSize,
  type TileReader,
} from './index.js';

const leaves = Array.from({ length: 540 }, (_, i) => leafHash(Uint8Array.of(i >> 8, i & 255)));
const tiles = new MemoryTiles();
const { root } = integrate(emptyFrontier(), leaves);
tiles.append(integrate(emptyFrontier(), leaves).tiles);

/** The stored tiles with one bit of one tile changed. */
function flipped(level: number, index: number, bit: number): TileReader {
  return (l, i, width) => {
    const tile = tiles.read(l, i, width);
    if (l !== level || i !== index) return tile;
    const changed = Uint8Array.from(tile);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    return changed;
  };
}

describe('authenticatedReader', () => {
  it('hands out every tile of the tree, and any prefix of it', () => {
    const read = authenticatedReader(540, root, tiles.read);
    for (const { level, index, width } of tilesOfSize(540)) {
      expect(Buffer.from(read(level, index, width))).toEqual(
        Buffer.from(tiles.read(level, index, width)),
      );
      expect(read(level, index, 1)).toHaveLength(32);
    }
  });

  it('refuses every single changed bit in the partial tiles', () => {
    // Level 0 has 28 hashes left over, level 1 two: both are checked with the root.
    for (let bit = 0; bit < 28 * 256; bit++) {
      expect(() => authenticatedReader(540, root, flipped(0, 2, bit))).toThrow(
        LogVerificationError,
      );
    }
    for (let bit = 0; bit < 2 * 256; bit++) {
      expect(() => authenticatedReader(540, root, flipped(1, 0, bit))).toThrow(
        LogVerificationError,
      );
    }
  });

  it('refuses a changed bit in every third byte of a full tile, so in every one of its hashes', () => {
    for (let byte = 0; byte < 8192; byte += 3) {
      const read = authenticatedReader(540, root, flipped(0, 1, byte * 8 + (byte % 8)));
      expect(() => read(0, 1, 256)).toThrow(LogVerificationError);
    }
  });

  it('refuses a full tile in the place of another', () => {
    const read = authenticatedReader(540, root, (level, index, width) =>
      tiles.read(level, level === 0 && index < 2 ? 1 - index : index, width),
    );
    expect(() => read(0, 0, 256)).toThrow(LogVerificationError);
  });

  it('refuses a wrong root, a wrong size and tiles of a wrong length', () => {
    expect(() => authenticatedReader(540, leaves[0]!, tiles.read)).toThrow(LogVerificationError);
    expect(() => authenticatedReader(539, root, tiles.read)).toThrow(LogVerificationError);
    const short: TileReader = (l, i, width) => tiles.read(l, i, width).subarray(32);
    expect(() => authenticatedReader(540, root, short)).toThrow(LogFormatError);
  });

  it('has no tiles beyond the tree', () => {
    const read = authenticatedReader(540, root, tiles.read);
    expect(() => read(0, 3, 1)).toThrow(RangeError);
    expect(() => read(0, 2, 29)).toThrow(RangeError);
    expect(() => read(2, 0, 1)).toThrow(RangeError);
    expect(() => authenticatedReader(0, EMPTY_ROOT, tiles.read)(0, 0, 1)).toThrow(RangeError);
    expect(() => authenticatedReader(0, root, tiles.read)).toThrow(LogVerificationError);
  });
});

describe('limits', () => {
  it('refuses proofs that cannot be', () => {
    expect(() => inclusionProof(5, 5, tiles.read)).toThrow(RangeError);
    expect(() => inclusionProof(5, -1, tiles.read)).toThrow(RangeError);
    expect(() => consistencyProof(0, 5, tiles.read)).toThrow(RangeError);
    expect(() => consistencyProof(6, 5, tiles.read)).toThrow(RangeError);
    expect(() => tilesForInclusion(2 ** 53, 1)).toThrow(RangeError);
  });

  it('grows to 2^53 − 1 leaves and not further', () => {
    const size = Number.MAX_SAFE_INTEGER - 1;
    const nodes = Array.from({ length: 53 }, (_, level) => (level === 0 ? null : leaves[level]!));
    const { frontier, tiles: deltas } = integrate({ size, nodes }, leaves.slice(0, 1));
    expect(frontier.size).toBe(Number.MAX_SAFE_INTEGER);
    expect(deltas).toHaveLength(1);
    expect(deltas[0]).toMatchObject({ level: 0, index: 2 ** 45 - 1, from: 254 });
    expect(frontierRoot(decodeFrontier(encodeFrontier(frontier)))).toEqual(frontierRoot(frontier));
    expect(() => integrate(frontier, leaves.slice(0, 1))).toThrow(RangeError);
  });

  it('names at most two tiles a level for an inclusion in the largest tree', () => {
    const refs = tilesForInclusion(Number.MAX_SAFE_INTEGER, 12_345_678_901_234);
    expect(refs.length).toBeLessThanOrEqual(14);
    expect(refs.every(({ width }) => width >= 1 && width <= 256)).toBe(true);
  });

  it('refuses a leaf hash of a wrong length and a frontier without its nodes', () => {
    expect(() => integrate(emptyFrontier(), [new Uint8Array(31)])).toThrow(RangeError);
    expect(() => integrate({ size: 1, nodes: [] }, leaves.slice(0, 1))).toThrow(RangeError);
    expect(() => encodeFrontier({ size: 1, nodes: [] })).toThrow(RangeError);
  });

  it('refuses frontier bytes of any other form', () => {
    const bytes = encodeFrontier(integrate(emptyFrontier(), leaves).frontier);
    expect(bytes).toHaveLength(8 + 4 * 32);
    expect(() => decodeFrontier(bytes.subarray(1))).toThrow(LogFormatError);
    expect(() => decodeFrontier(new Uint8Array(7))).toThrow(LogFormatError);
    expect(() => decodeFrontier(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(LogFormatError);
    expect(() => decodeFrontier(new Uint8Array(8).fill(0xff))).toThrow(LogFormatError);
  });

  it('a store notices a delta that does not continue its tile', () => {
    const store = new MemoryTiles();
    const { frontier } = integrate(emptyFrontier(), leaves.slice(0, 3));
    const second = integrate(frontier, leaves.slice(3, 5));
    expect(() => {
      store.append(second.tiles);
    }).toThrow(RangeError);
  });
});
