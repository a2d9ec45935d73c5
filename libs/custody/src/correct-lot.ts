import { lotCorrection, lotVariance } from './accounts.js';
import type { Folding } from './folding.js';
import { isClosed } from './lot-states.js';
import { creditLot, debitLot, owedMg, passOn, takeBack, touch } from './lots.js';
import { absolute, balanceMg, smaller } from './mass.js';
import type { AccountKey, LotState } from './model.js';
import { post } from './postings.js';

/**
 * Corrects what a lot received by `massMg`, signed, against `account`. The difference goes to where
 * the mass is now: into the lot or its successor, or out of them, as far as it is still there. What has gone stands
 * in `W:correction:<lot>`, so that nothing downstream is folded again and no lot is below zero. A
 * later correction upwards settles that first, then what the lot's variance has lent. Returns what
 * `W:correction` took, signed.
 */
export function correctLot(
  folding: Folding,
  lot: LotState,
  account: AccountKey,
  massMg: bigint,
): bigint {
  touch(folding, lot);
  if (massMg < 0n) {
    const missingMg = -massMg - balanceMg(lot.weighed);
    if (missingMg > 0n) takeBack(folding, lot, missingMg);
    const heldMg = smaller(-massMg, balanceMg(lot.weighed));
    creditLot(folding, lot, account, heldMg, 'correction');
    return moveCorrection(folding, lot, account, massMg + heldMg);
  }
  const takenMg = -(lot.correctionMg ?? 0n);
  const settledMg = smaller(massMg, takenMg > 0n ? takenMg : 0n);
  const movedMg = moveCorrection(folding, lot, account, settledMg);
  const lentMg = smaller(massMg - settledMg, owedMg(lot));
  debitLot(folding, lot, account, lentMg, 'correction');
  creditLot(folding, lot, lotVariance(lot.lotId), lentMg, 'variance-settled');
  const restMg = massMg - settledMg - lentMg;
  if (isClosed(lot) && lot.successor === null) {
    return movedMg + moveCorrection(folding, lot, account, restMg);
  }
  debitLot(folding, lot, account, restMg, 'correction');
  if (isClosed(lot)) passOn(folding, lot);
  return movedMg;
}

function moveCorrection(
  folding: Folding,
  lot: LotState,
  account: AccountKey,
  massMg: bigint,
): bigint {
  postSigned(folding, lotCorrection(lot.lotId), account, massMg);
  if (massMg !== 0n) lot.correctionMg = (lot.correctionMg ?? 0n) + massMg;
  return massMg;
}

/** Dr debit / Cr credit, or the other way round below zero. */
export function postSigned(
  folding: Folding,
  debit: AccountKey,
  credit: AccountKey,
  massMg: bigint,
): void {
  const [to, from] = massMg < 0n ? [credit, debit] : [debit, credit];
  post(folding, { debit: to, credit: from, massMg: absolute(massMg), code: 'correction' });
}
