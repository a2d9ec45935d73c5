import { equalBytes } from './bytes.js';
import { HASH_BYTES, nodeHash } from './tree.js';

/** That the entry with this leaf hash is number `index` of the tree (`size`, `root`). */
export interface InclusionClaim {
  /** Zero-based. */
  index: number | bigint;
  size: number | bigint;
  /** Leaf hash of the entry, not the entry: see `leafHash`. */
  leaf: Uint8Array;
  /** From the leaf's sibling up to the root's child. */
  proof: readonly Uint8Array[];
  root: Uint8Array;
}

/** That the tree (`size2`, `root2`) starts with all leaves of the tree (`size1`, `root1`). */
export interface ConsistencyClaim {
  size1: number | bigint;
  root1: Uint8Array;
  size2: number | bigint;
  root2: Uint8Array;
  proof: readonly Uint8Array[];
}

const isHash = (bytes: Uint8Array): boolean => bytes.length === HASH_BYTES;

/** Null for what is no tree size or index: negative, fractional, or rounded as a double. */
function exact(value: number | bigint): bigint | null {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return null;
  const big = BigInt(value);
  return big < 0n ? null : big;
}

/**
 * RFC 9162 section 2.1.3.2. True only when the proof holds; false for every other input, also for
 * hashes of a wrong length and sizes that make no sense. Never throws.
 */
export function verifyInclusion(claim: InclusionClaim): boolean {
  const { leaf, proof, root } = claim;
  const index = exact(claim.index);
  const size = exact(claim.size);
  if (index === null || size === null || index >= size) return false;
  if (!isHash(leaf) || !isHash(root) || !proof.every(isHash)) return false;
  let fn = index;
  let sn = size - 1n;
  let hash = leaf;
  for (const sibling of proof) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      hash = nodeHash(sibling, hash);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && equalBytes(hash, root);
}

/**
 * RFC 9162 section 2.1.4.2. True only when the proof holds; false for every other input. Every tree
 * extends the empty one, so a claim from size 0 says nothing and is false. Never throws.
 */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { root1, root2, proof } = claim;
  const size1 = exact(claim.size1);
  const size2 = exact(claim.size2);
  if (size1 === null || size2 === null || size1 === 0n || size1 > size2) return false;
  // Nothing is hashed here, and the published vectors hold for equal roots of any length.
  if (size1 === size2) return proof.length === 0 && equalBytes(root1, root2);
  if (!isHash(root1) || !isHash(root2) || !proof.every(isHash)) return false;
  if (proof.length === 0) return false;
  // A perfect first tree is a node of the second: its root is left out of the proof.
  const perfect = (size1 & (size1 - 1n)) === 0n;
  return foldConsistency(perfect ? [root1, ...proof] : proof, size1, size2, [root1, root2]);
}

function foldConsistency(
  path: readonly Uint8Array[],
  size1: bigint,
  size2: bigint,
  roots: readonly [Uint8Array, Uint8Array],
): boolean {
  let fn = size1 - 1n;
  let sn = size2 - 1n;
  while ((fn & 1n) === 1n) {
    fn >>= 1n;
    sn >>= 1n;
  }
  let first = path[0]!;
  let second = path[0]!;
  for (const node of path.slice(1)) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      first = nodeHash(node, first);
      second = nodeHash(node, second);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      second = nodeHash(second, node);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && equalBytes(first, roots[0]) && equalBytes(second, roots[1]);
}
