import {
  type Checkpoint,
  type TileReader,
  consistencyProof,
  equalBytes,
  verifyConsistency,
} from '#tlog';
import type { RefusalReason } from '../ledger.metrics.js';

export type TreeHead = Pick<Checkpoint, 'size' | 'root'>;

export type SigningVerdict =
  | { readonly sign: true }
  | { readonly sign: false; readonly reason: RefusalReason; readonly detail: string };

/** What a signer knows of a site before it signs. */
export interface SigningCase {
  readonly head: TreeHead;
  /** Signed last, by the guard outside the database; null = the guard has never heard of it. */
  readonly guard: TreeHead | null;
  /** The database holds checkpoints or keys of this log. */
  readonly wasSigned: boolean;
  /** Another key signed this log last, and the log has not adopted ours. */
  readonly keyChanged: boolean;
}

const refuse = (reason: RefusalReason, detail: string): SigningVerdict => ({
  sign: false,
  reason,
  detail,
});

/**
 * Whether a tree head may be signed. A database that was set back, restored or tampered with must
 * never get a second signature on another history (design, section 5, Signing).
 * @param tiles hash tiles of the tree that `head` states
 */
export function judgeSigning(
  { head, guard, wasSigned, keyChanged }: SigningCase,
  tiles: TileReader,
): SigningVerdict {
  if (keyChanged) {
    const why = 'the log was signed with another key, and has not adopted this one';
    return refuse('key-changed', why);
  }
  if (guard === null) {
    return wasSigned
      ? refuse('guard-missing', 'the log was signed before, and the guard does not know of it')
      : { sign: true };
  }
  if (head.size < guard.size) {
    return refuse('log-shrank', `signed at ${guard.size} entries, the database has ${head.size}`);
  }
  if (head.size === guard.size) {
    return equalBytes(head.root, guard.root)
      ? { sign: true }
      : refuse('root-changed', `another root was signed at ${guard.size} entries`);
  }
  return extendsGuard(head, guard, tiles)
    ? { sign: true }
    : refuse('inconsistent', `the log does not extend what was signed at ${guard.size} entries`);
}

function extendsGuard(head: TreeHead, guard: TreeHead, tiles: TileReader): boolean {
  if (guard.size === 0) return true;
  const proof = consistencyProof(guard.size, head.size, tiles);
  return verifyConsistency({
    size1: guard.size,
    root1: guard.root,
    size2: head.size,
    root2: head.root,
    proof,
  });
}
