import { requireSize } from './bytes.js';
import { LogFormatError } from './errors.js';
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './tree.js';
import { TILE_HEIGHT, TILE_WIDTH } from './tiles.js';

/**
 * All that is needed to append to a tree: its size and the roots of the perfect subtrees it is made
 * of. `nodes[l]` is the root of the subtree of 2^l leaves and is set exactly when bit `l` of `size`
 * is. Treat as immutable.
 */
export interface Frontier {
  readonly size: number;
  readonly nodes: readonly (Uint8Array | null)[];
}

/** Hashes that a store must append to one tile. */
export interface TileDelta {
  level: number;
  index: number;
  /** Hashes the tile held before, 0 … 255; 0 for a new tile. */
  from: number;
  /** The new hashes only, 32 bytes each, to be appended after `from` hashes. */
  data: Uint8Array;
}

export interface Integration {
  frontier: Frontier;
  /** Root of the tree after the batch, 32 bytes. */
  root: Uint8Array;
  /** By level, then index. A level above 0 gets an entry only for a full tile below. */
  tiles: TileDelta[];
}

export function emptyFrontier(): Frontier {
  return { size: 0, nodes: [] };
}

/** Root of the tree that the frontier stands for. */
export function frontierRoot(frontier: Frontier): Uint8Array {
  let root: Uint8Array | null = null;
  for (const node of frontier.nodes) {
    if (node !== null) root = root === null ? node : nodeHash(node, root);
  }
  return root ?? EMPTY_ROOT;
}

/**
 * Appends leaf hashes: one node hash a leaf over time, whatever the size of the tree. RangeError for
 * a hash that is not 32 bytes and for a tree above 2^53 − 1 leaves.
 */
export function integrate(frontier: Frontier, leafHashes: readonly Uint8Array[]): Integration {
  const size = frontier.size + leafHashes.length;
  requireSize(size, 'tree size');
  if (leafHashes.some((hash) => hash.length !== HASH_BYTES)) {
    throw new RangeError('a leaf hash has 32 bytes');
  }
  const nodes = [...frontier.nodes];
  const tiles: TileDelta[] = [];
  let row = leafHashes;
  let start = frontier.size;
  for (let level = 0; row.length > 0; level++) {
    if (level % TILE_HEIGHT === 0) appendDeltas(tiles, level / TILE_HEIGHT, start, row);
    const odd = start % 2 === 1;
    const parents: Uint8Array[] = [];
    if (odd) parents.push(nodeHash(nodeAt(nodes, level), row[0]!));
    let at = odd ? 1 : 0;
    for (; at + 1 < row.length; at += 2) parents.push(nodeHash(row[at]!, row[at + 1]!));
    nodes[level] = at < row.length ? row[at]! : null;
    row = parents;
    start = Math.floor(start / 2);
  }
  const next = { size, nodes };
  return { frontier: next, root: frontierRoot(next), tiles };
}

function nodeAt(nodes: readonly (Uint8Array | null)[], level: number): Uint8Array {
  const node = nodes[level];
  if (!node) throw new RangeError(`the frontier lacks its node of level ${level}`);
  return node;
}

function appendDeltas(
  out: TileDelta[],
  level: number,
  start: number,
  row: readonly Uint8Array[],
): void {
  for (let at = 0; at < row.length;) {
    const from = (start + at) % TILE_WIDTH;
    const count = Math.min(TILE_WIDTH - from, row.length - at);
    const data = new Uint8Array(count * HASH_BYTES);
    for (let i = 0; i < count; i++) data.set(row[at + i]!, i * HASH_BYTES);
    out.push({ level, index: Math.floor((start + at) / TILE_WIDTH), from, data });
    at += count;
  }
}

/** Size as 8 bytes big-endian, then the set nodes from the lowest level up, 32 bytes each. */
export function encodeFrontier(frontier: Frontier): Uint8Array {
  const levels = setBits(frontier.size);
  const out = new Uint8Array(8 + levels.length * HASH_BYTES);
  new DataView(out.buffer).setBigUint64(0, BigInt(frontier.size));
  levels.forEach((level, i) => {
    out.set(nodeAt(frontier.nodes, level), 8 + i * HASH_BYTES);
  });
  return out;
}

/** Inverse of `encodeFrontier`; LogFormatError for any other bytes. */
export function decodeFrontier(bytes: Uint8Array): Frontier {
  if (bytes.length < 8) throw new LogFormatError('a frontier has at least 8 bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = Number(view.getBigUint64(0));
  if (!Number.isSafeInteger(size)) throw new LogFormatError('frontier size is above 2^53 − 1');
  const levels = setBits(size);
  if (bytes.length !== 8 + levels.length * HASH_BYTES) {
    throw new LogFormatError(`a frontier of size ${size} has ${levels.length} nodes`);
  }
  const top = levels.at(-1);
  const nodes = new Array<Uint8Array | null>(top === undefined ? 0 : top + 1).fill(null);
  levels.forEach((level, i) => {
    const at = 8 + i * HASH_BYTES;
    nodes[level] = Uint8Array.from(bytes.subarray(at, at + HASH_BYTES));
  });
  return { size, nodes };
}

/** Levels of the perfect subtrees of a tree, lowest first. Doubles: `&` would cut at 32 bits. */
export function setBits(size: number): number[] {
  const levels: number[] = [];
  for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) levels.push(level);
  }
  return levels;
}
