import { invariant } from '#contracts';
import type { Folding } from './folding.js';
import type { AccountKey, PostingCode } from './model.js';

export interface Movement {
  readonly debit: AccountKey;
  readonly credit: AccountKey;
  readonly massMg: bigint;
  readonly code: PostingCode;
}

/**
 * Books one movement of mass; none when there is no mass. It belongs to the entry `index`, which
 * is the cause unless the ledger's own fact states the movement, as a balance does.
 */
export function post(folding: Folding, movement: Movement, index = folding.cause): void {
  const { debit, credit, massMg, code } = movement;
  invariant(
    massMg >= 0n && debit !== credit,
    `a posting of ${massMg} mg from ${credit} to ${debit}`,
  );
  if (massMg === 0n) return;
  folding.postings.push({ debit, credit, massMg, code, fromIndex: index, toIndex: index + 1 });
  folding.growth(debit).debitsMg += massMg;
  folding.growth(credit).creditsMg += massMg;
}
