import { Buffer } from 'node:buffer';
import { sha256 } from '#contracts';
import type { ChainWalk, Link, SealChain } from './model.js';

/** Walking a seal chain over the links that are known; all digests are base64. */

/** D(n) = SHA-256(D(n-1) ‖ link n): a link is both digests of its event. */
const after = (head: string, link: string): string =>
  sha256(Buffer.concat([Buffer.from(head, 'base64'), Buffer.from(link, 'base64')])).toString(
    'base64',
  );

/** Goes on as far as the links reach; `trail` takes the digests that are passed. */
export function walk(chain: ChainWalk, trail?: string[]): void {
  let taken = 0;
  while (chain.head !== null && chain.ahead[taken]?.[0] === chain.headSeq + 1) {
    trail?.push(chain.head);
    chain.head = after(chain.head, chain.ahead[taken]![1]);
    chain.headSeq++;
    taken++;
  }
  if (taken > 0) chain.ahead.splice(0, taken);
}

/** Into its place; one that is there stays. */
export function insertLink(links: Link[], link: Link): void {
  const at = links.findLastIndex(([seq]) => seq <= link[0]);
  if (links[at]?.[0] !== link[0]) links.splice(at + 1, 0, link);
}

/** Beyond a hole, or too long ago. */
export const NOT_KNOWN = null;

/** D(seq), where the chain knows it. */
export function digestAt({ headSeq, head, trail }: SealChain, seq: number): string | null {
  if (seq === headSeq) return head;
  return trail[trail.length - (headSeq - seq)] ?? NOT_KNOWN;
}
