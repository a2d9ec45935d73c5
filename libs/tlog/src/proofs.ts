import { equalBytes, requireSize } from './bytes.js';
import { LogFormatError, LogVerificationError } from './errors.js';
import { frontierRoot, setBits, type Frontier } from './frontier.js';
import { TILE_HEIGHT, TILE_WIDTH, tileWidth, type TileRef } from './tiles.js';
import { HASH_BYTES, nodeHash, rootOf } from './tree.js';

/** Hands out a tile. MUST return exactly `width` hashes, 32 bytes each, or throw. */
export type TileReader = (level: number, index: number, width: number) => Uint8Array;

/** Leaves `from` … `to` − 1, a node of the tree. */
type Range = readonly [from: number, to: number];

/** Siblings from the leaf up (RFC 9162 section 2.1.3.1). */
function inclusionRanges(size: number, index: number): Range[] {
  requireSize(size, 'tree size');
  requireSize(index, 'index');
  if (index >= size) throw new RangeError(`entry ${index} is not in a tree of ${size}`);
  const path = (from: number, to: number): Range[] => {
    if (to - from === 1) return [];
    const middle = from + splitOf(to - from);
    return index < middle
      ? [...path(from, middle), [middle, to]]
      : [...path(middle, to), [from, middle]];
  };
  return path(0, size);
}

/** RFC 9162 section 2.1.4.1. */
function consistencyRanges(size1: number, size2: number): Range[] {
  requireSize(size1, 'tree size');
  requireSize(size2, 'tree size');
  if (size1 < 1 || size1 > size2) {
    throw new RangeError(`no consistency proof from size ${size1} to ${size2}`);
  }
  const path = (from: number, to: number): Range[] => {
    if (to === size1) return from === 0 ? [] : [[from, to]];
    const middle = from + splitOf(to - from);
    return size1 <= middle
      ? [...path(from, middle), [middle, to]]
      : [...path(middle, to), [from, middle]];
  };
  return path(0, size2);
}

/** Largest power of two below n, n ≥ 2. */
function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Perfect subtrees that a range is made of, left to right, each with its level. */
function perfectNodes([from, to]: Range): { from: number; level: number }[] {
  let at = from;
  return setBits(to - from)
    .reverse()
    .map((level) => {
      const node = { from: at, level };
      at += 2 ** level;
      return node;
    });
}

function tileOf(node: { from: number; level: number }, size: number): TileRef {
  const level = Math.floor(node.level / TILE_HEIGHT);
  const index = Math.floor(node.from / TILE_WIDTH ** (level + 1));
  return { level, index, width: tileWidth(level, index, size) };
}

function perfectHash(
  node: { from: number; level: number },
  size: number,
  read: TileReader,
): Uint8Array {
  const { level, index, width } = tileOf(node, size);
  const tile = checkedTile(read, level, index, width);
  const offset = (node.from / TILE_WIDTH ** level) % TILE_WIDTH;
  return rootOf(hashesOf(tile, offset, offset + 2 ** (node.level % TILE_HEIGHT)));
}

function checkedTile(read: TileReader, level: number, index: number, width: number): Uint8Array {
  const tile = read(level, index, width);
  if (tile.length !== width * HASH_BYTES) {
    throw new LogFormatError(
      `tile ${level}/${index} of width ${width} has ${tile.length} bytes, not ${width * HASH_BYTES}`,
    );
  }
  return tile;
}

function hashesOf(tile: Uint8Array, from = 0, to = tile.length / HASH_BYTES): Uint8Array[] {
  const hashes: Uint8Array[] = [];
  for (let i = from; i < to; i++) {
    hashes.push(tile.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
  }
  return hashes;
}

function rangeHash(range: Range, size: number, read: TileReader): Uint8Array {
  const hashes = perfectNodes(range).map((node) => perfectHash(node, size, read));
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** Hashes that prove entry `index` in the tree of `size` leaves, leaf to root; at most 53. */
export function inclusionProof(size: number, index: number, read: TileReader): Uint8Array[] {
  return inclusionRanges(size, index).map((range) => copy(rangeHash(range, size, read)));
}

/**
 * Hashes that prove the tree of `size2` an extension of that of `size1`; empty when they are equal.
 * Reads tiles of `size2` only. RangeError for size1 = 0, which needs no proof, and size1 > size2.
 */
export function consistencyProof(size1: number, size2: number, read: TileReader): Uint8Array[] {
  return consistencyRanges(size1, size2).map((range) => copy(rangeHash(range, size2, read)));
}

// A proof must not keep whole tiles alive, nor change when a caller reuses a tile's buffer.
const copy = (hash: Uint8Array): Uint8Array => Uint8Array.from(hash);

/** Tiles that `inclusionProof` will read, each once, for callers that fetch them first. */
export function tilesForInclusion(size: number, index: number): TileRef[] {
  return tilesOf(inclusionRanges(size, index), size);
}

/** Tiles that `consistencyProof` will read, each once, for callers that fetch them first. */
export function tilesForConsistency(size1: number, size2: number): TileRef[] {
  return tilesOf(consistencyRanges(size1, size2), size2);
}

/** Tiles that `frontierFromTiles` will read: the partial one of each level that has one. */
export function tilesForFrontier(size: number): TileRef[] {
  requireSize(size, 'tree size');
  return tilesOf([[0, size]], size);
}

function tilesOf(ranges: readonly Range[], size: number): TileRef[] {
  const refs = ranges.flatMap(perfectNodes).map((node) => tileOf(node, size));
  return distinct(refs);
}

function distinct(refs: readonly TileRef[]): TileRef[] {
  return [...new Map(refs.map((ref) => [`${ref.level}/${ref.index}`, ref])).values()];
}

/** Frontier of a stored tree, read from its partial tiles. */
export function frontierFromTiles(size: number, read: TileReader): Frontier {
  requireSize(size, 'tree size');
  const perfect = perfectNodes([0, size]);
  const nodes = new Array<Uint8Array | null>(perfect[0] ? perfect[0].level + 1 : 0).fill(null);
  for (const node of perfect) nodes[node.level] = copy(perfectHash(node, size, read));
  return { size, nodes };
}

/** `wanted` and every tile that `authenticatedReader` reads to check it, each once. */
export function tilesForAuthentication(size: number, wanted: readonly TileRef[]): TileRef[] {
  const out = [...tilesForFrontier(size)];
  for (let { level, index } of wanted) {
    // Only a full tile has an entry one level up; a partial one is checked with the root.
    for (; tileWidth(level, index, size) === TILE_WIDTH; level++) {
      out.push({ level, index, width: TILE_WIDTH });
      index = Math.floor(index / TILE_WIDTH);
    }
  }
  return distinct(out);
}

// Parents of 4 million leaves' tiles each: enough for a scan in order, 2 MB at most.
const MAX_CACHED_PARENTS = 256;

/**
 * A reader that hands out only tiles of the tree (`size`, `root`). The partial tiles together must
 * give the root, which is checked at once; every full tile must hash to its entry one level up.
 * A width below the tile's own gives its first hashes. LogVerificationError for any other tile,
 * LogFormatError for a tile of a wrong length, RangeError for a tile the tree does not have.
 */
export function authenticatedReader(
  size: number,
  root: Uint8Array,
  fetchTile: TileReader,
): TileReader {
  const edge = new Map<string, Uint8Array>();
  const frontier = frontierFromTiles(size, (level, index, width) => {
    const key = `${level}/${index}`;
    const tile = edge.get(key) ?? copy(checkedTile(fetchTile, level, index, width));
    edge.set(key, tile);
    return tile;
  });
  if (!equalBytes(frontierRoot(frontier), root)) {
    throw new LogVerificationError(`the partial tiles of size ${size} do not give its root`);
  }
  const parents = new Map<string, Uint8Array>();
  const trusted = (level: number, index: number): Uint8Array => {
    const width = tileWidth(level, index, size);
    if (width === 0) throw new RangeError(`a tree of ${size} has no tile ${level}/${index}`);
    const known = edge.get(`${level}/${index}`) ?? parents.get(`${level}/${index}`);
    if (known) return known;
    const tile = checkedTile(fetchTile, level, index, width);
    const parent = trusted(level + 1, Math.floor(index / TILE_WIDTH));
    const offset = (index % TILE_WIDTH) * HASH_BYTES;
    if (!equalBytes(rootOf(hashesOf(tile)), parent.subarray(offset, offset + HASH_BYTES))) {
      throw new LogVerificationError(`tile ${level}/${index} is not the one under the root`);
    }
    if (level > 0) remember(parents, `${level}/${index}`, copy(tile));
    return tile;
  };
  return (level, index, width) => {
    const tile = trusted(level, index);
    if (width * HASH_BYTES > tile.length) {
      throw new RangeError(`tile ${level}/${index} of size ${size} is narrower than ${width}`);
    }
    return tile.subarray(0, width * HASH_BYTES);
  };
}

function remember(cache: Map<string, Uint8Array>, key: string, tile: Uint8Array): void {
  const oldest = cache.keys().next();
  if (cache.size >= MAX_CACHED_PARENTS && !oldest.done) cache.delete(oldest.value);
  cache.set(key, tile);
}
