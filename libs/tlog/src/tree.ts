import { sha256 } from '#tlog-hash';

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;

/** Root of the tree without leaves: SHA-256 of nothing (RFC 9162 section 2.1.1). */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0));

// Hashing is synchronous and never re-entered, so one input buffer serves every call: an allocation
// a node would cost more than the node's hash.
const nodeInput = new Uint8Array(1 + 2 * HASH_BYTES);
nodeInput[0] = 1;
const leafInput = new Uint8Array(1 + 0xffff);

/** Hash of one entry: SHA-256(0x00 ‖ entry) (RFC 9162 section 2.1.1). */
export function leafHash(entry: Uint8Array): Uint8Array {
  const input = entry.length < leafInput.length ? leafInput : new Uint8Array(1 + entry.length);
  input.set(entry, 1);
  return sha256(input.subarray(0, 1 + entry.length));
}

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right). RangeError unless both have 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) {
    throw new RangeError('a node joins two hashes of 32 bytes');
  }
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/**
 * Merkle tree hash over leaf hashes, all in memory. Pairing neighbours and carrying an odd last node
 * up gives the same tree as the split at the largest power of two (RFC 9162 section 2.1.1).
 */
export function rootOf(leafHashes: readonly Uint8Array[]): Uint8Array {
  let row = leafHashes;
  while (row.length > 1) {
    const parents: Uint8Array[] = [];
    for (let i = 1; i < row.length; i += 2) parents.push(nodeHash(row[i - 1]!, row[i]!));
    if (row.length % 2 === 1) parents.push(row[row.length - 1]!);
    row = parents;
  }
  return row[0] ?? EMPTY_ROOT;
}
