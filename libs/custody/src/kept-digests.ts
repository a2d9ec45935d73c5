import { Buffer } from 'node:buffer';
import { invariant } from '#contracts';
import type { Folding } from './folding.js';
import { BLOCKS_KEPT, BLOCK_SEQS } from './limits.js';
import type { BootState } from './model.js';
import { KEPT_BYTES } from './said-digests.js';
import { blockKey } from './working-set.js';

/**
 * The kept digests of a boot's last 65,536 seqs, 8 bytes each, in blocks of 64 seqs. The newest
 * block is in the boot's state; an older one is stored once, and looked up only when a seq of it
 * comes again (`missing` names it).
 */

export const blockOf = (seq: number): number => Math.floor((seq - 1) / BLOCK_SEQS);

const placeOf = (seq: number): number => (seq - 1) % BLOCK_SEQS;

/** Whether a seq of this boot stands in a stored block that is still kept. */
export function isInStoredBlock({ digests }: BootState, seq: number): boolean {
  if (digests === undefined) return false;
  const block = blockOf(seq);
  return block < digests.block && block > digests.block - BLOCKS_KEPT;
}

/** What is kept of a seq; null = nothing: it is too old, or its digests were never named. */
export function keptDigest(folding: Folding, state: BootState, seq: number): Buffer | null {
  const { digests } = state;
  if (digests === undefined) return null;
  if (blockOf(seq) === digests.block) {
    return digestIn(Buffer.from(digests.newest, 'base64'), seq);
  }
  if (!isInStoredBlock(state, seq)) return null;
  const stored = storedBlock(folding, state, blockOf(seq));
  return stored === null ? null : digestIn(stored, seq);
}

const NOTHING = Buffer.alloc(KEPT_BYTES);

/** A block that is not full yet ends with its highest seq. */
function digestIn(block: Buffer, seq: number): Buffer | null {
  const at = placeOf(seq) * KEPT_BYTES;
  const kept = block.subarray(at, at + KEPT_BYTES);
  return kept.length < KEPT_BYTES || kept.equals(NOTHING) ? null : kept;
}

/** Keeps the digest of a seq; below the window it is not kept. */
export function keepDigest(folding: Folding, state: BootState, seq: number, kept: Buffer): void {
  const block = blockOf(seq);
  const digests = (state.digests ??= { block, newest: '' });
  if (block > digests.block) openBlock(folding, state, block);
  if (block === digests.block) {
    const known = Buffer.from(digests.newest, 'base64');
    const at = placeOf(seq) * KEPT_BYTES;
    const grown = Buffer.alloc(Math.max(known.length, at + KEPT_BYTES));
    known.copy(grown);
    kept.copy(grown, at);
    // One text, for the state is written with every batch and has to stay on its page.
    digests.newest = grown.toString('base64');
  } else if (isInStoredBlock(state, seq)) {
    const stored = storedBlock(folding, state, block);
    const changed = stored === null ? emptyBlock() : Buffer.from(stored);
    kept.copy(changed, placeOf(seq) * KEPT_BYTES);
    store(folding, state, block, changed);
  }
}

/** The newest block is full, or seqs were left out: it is stored and another one begins. */
function openBlock(folding: Folding, state: BootState, block: number): void {
  const digests = state.digests!;
  const { source, boot } = state;
  const full = emptyBlock();
  full.write(digests.newest, 'base64');
  store(folding, state, digests.block, full);
  // Nothing is stored of what was left out, and nobody needs to look for it.
  for (let out = Math.max(digests.block + 1, block - BLOCKS_KEPT); out < block; out++) {
    folding.set.digestBlocks.set(blockKey(source, boot, out), null);
  }
  digests.block = block;
  digests.newest = '';
}

const emptyBlock = (): Buffer => Buffer.alloc(BLOCK_SEQS * KEPT_BYTES);

function storedBlock(folding: Folding, state: BootState, block: number): Buffer | null {
  const key = blockKey(state.source, state.boot, block);
  const stored = folding.set.digestBlocks.get(key);
  invariant(stored !== undefined, `the digests ${key} were not loaded before the fold`);
  return stored;
}

function store(folding: Folding, state: BootState, block: number, digests: Buffer): void {
  const { source, boot } = state;
  const key = blockKey(source, boot, block);
  folding.set.digestBlocks.set(key, digests);
  folding.set.digestBlocks.delete(blockKey(source, boot, block - BLOCKS_KEPT));
  folding.digestBlocks.set(key, { source, boot, block, digests });
}
