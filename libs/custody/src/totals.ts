import type { Folding } from './folding.js';
import { noTurnover } from './mass.js';
import type { LotState, Stream, TotalState } from './model.js';
import { totalKey } from './working-set.js';

/** The total of a stream and class, noted as changed by the entry at `index`. */
export function totalOf(
  folding: Folding,
  key: { readonly stream: Stream; readonly class: string },
  index = folding.cause,
): TotalState {
  const { totals } = folding.set;
  const name = totalKey(key.stream, key.class);
  let total = totals.get(name);
  if (total === undefined) {
    total = {
      ...key,
      weighed: noTurnover(),
      estimated: noTurnover(),
      pieces: 0n,
      changedIndex: index,
    };
    totals.set(name, total);
  }
  total.changedIndex = Math.max(total.changedIndex, index);
  folding.totals.add(total);
  return total;
}

/** Weighed mass is counted by the class that the lot was declared as. */
export const weighedTotalOf = (folding: Folding, lot: LotState): TotalState =>
  totalOf(folding, { stream: lot.stream, class: lot.materialClass });

/**
 * Moves what a lot turned over to the total it belongs to, now that its stream is known. Both
 * sides of both totals only grow: the old one is set off, the new one gets the gross figures, so
 * it reads as if the stream had been known from the start. Only W is to move: pieces reach a lot
 * through a started run alone, and that run has confirmed the lot.
 */
export function moveTotals(folding: Folding, lot: LotState, from: TotalState): void {
  const to = weighedTotalOf(folding, lot);
  if (to === from) return;
  from.weighed.debitsMg += lot.weighed.creditsMg;
  from.weighed.creditsMg += lot.weighed.debitsMg;
  to.weighed.debitsMg += lot.weighed.debitsMg;
  to.weighed.creditsMg += lot.weighed.creditsMg;
}
