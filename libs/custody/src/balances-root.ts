import { Buffer } from 'node:buffer';
import { sha256 } from '#contracts';
import type { AccountKey, Turnover } from './model.js';

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/**
 * RFC 6962 root over the balances of a site: one leaf `<account>\n<debits>\n<credits>\n` an account
 * that has a turnover, in order of the keys' bytes. The tree hash is the one of the log; it is
 * written out here since the rules know no log, and a spec holds it to `tlog`'s.
 */
export function balancesRoot(balances: ReadonlyMap<AccountKey, Turnover>): {
  readonly accounts: number;
  readonly root: string;
} {
  const leaves = balanceLeaves(balances).map((leaf) => sha256(Buffer.concat([LEAF, leaf])));
  return { accounts: leaves.length, root: rootOf(leaves).toString('hex') };
}

/** The leaves themselves, for whoever wants to prove one balance. */
export const balanceLeaves = (balances: ReadonlyMap<AccountKey, Turnover>): Buffer[] =>
  [...balances]
    .filter(([, { debitsMg, creditsMg }]) => debitsMg > 0n || creditsMg > 0n)
    .map(([key, turnover]) => ({ key: Buffer.from(key), turnover }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ key, turnover: { debitsMg, creditsMg } }) =>
      Buffer.concat([key, Buffer.from(`\n${debitsMg}\n${creditsMg}\n`)]),
    );

function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256(Buffer.alloc(0));
  let level = leaves;
  // Pairing from the left and carrying an odd last one up gives the tree of RFC 6962.
  while (level.length > 1) {
    const above: Buffer[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at]!, level[at + 1]];
      above.push(right === undefined ? left : sha256(Buffer.concat([NODE, left, right])));
    }
    level = above;
  }
  return level[0]!;
}
