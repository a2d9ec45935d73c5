import type { LotStateValue, TotalStateValue } from '#contracts';
import { balanceMg } from './mass.js';
import type { LotState, TotalState, Turnover } from './model.js';

/** Values of the compacted topics `lots.v1` and `totals.v1`, out of the states of the rules. */

export const lotValue = (lot: LotState, siteId: string): LotStateValue => ({
  siteId,
  lotId: lot.lotId,
  stream: lot.stream,
  materialClass: lot.materialClass,
  status: lot.status,
  model: lot.custody?.model ?? null,
  weighedMg: balanceMg(lot.weighed).toString(),
  receivedMg: lot.receivedMg.toString(),
  dispatchedMg: lot.dispatchedMg.toString(),
  // Sorted, so that the same state has the same bytes wherever its record came from.
  estimatedMg: Object.fromEntries(
    Object.keys(lot.estimated)
      .sort()
      .map((pieceClass) => [pieceClass, balanceMg(lot.estimated[pieceClass]!).toString()]),
  ),
  logIndex: lot.changedIndex,
});

export const totalValue = (total: TotalState, siteId: string): TotalStateValue => ({
  siteId,
  stream: total.stream,
  class: total.class,
  weighed: decimals(total.weighed),
  estimated: decimals(total.estimated),
  pieces: total.pieces.toString(),
  logIndex: total.changedIndex,
});

const decimals = (turnover: Turnover): TotalStateValue['weighed'] => ({
  debitsMg: turnover.debitsMg.toString(),
  creditsMg: turnover.creditsMg.toString(),
});
