import { type DataOf, invariant } from '#contracts';
import { balancesRoot } from './balances-root.js';
import { creditsOf, expireCredits } from './credits.js';
import { refuseRequest } from './exceptions.js';
import { fact, factSource } from './facts.js';
import type { Folding } from './folding.js';
import { settleAllFrames } from './frames.js';
import { grown } from './mass.js';
import type { AccountKey, Turnover } from './model.js';

/** Periods of a site are numbered from 1. */
export const periodId = (siteId: string, period: number): string => `${siteId}.period-${period}`;

/**
 * `period.closing`: seals the books. Postings of frames are struck before it, credits that nobody
 * claimed expire, and `period.closed` states the root of all balances. Whatever is booked later,
 * corrections too, stands at a higher index and is of the next period.
 */
export function periodClosing(folding: Folding, closing: DataOf<'periodClosing'>): void {
  const { site, set } = folding;
  const { policy, siteId } = site;
  const open = periodId(siteId, policy.period);
  if (closing.periodId !== open) {
    refuseRequest(folding, closing.periodId, { request: 'period.closing', open });
    return;
  }
  settleAllFrames(folding);
  const expired = creditsOf(folding).flatMap((credit) => expireCredits(folding, credit));
  const { accounts, root } = balancesRoot(balancesNow(folding));
  const toIndex = site.treeSize;
  const stated = fact(folding, 'periodClosed', factSource(siteId), {
    periodId: open,
    fromIndex: policy.periodFrom,
    toIndex,
    accounts,
    balancesRoot: root,
    expired,
    nextPeriodId: periodId(siteId, policy.period + 1),
  });
  folding.periodsClosed.push({
    period: policy.period,
    fromIndex: policy.periodFrom,
    toIndex,
    factSeq: stated.seq,
    balancesRoot: root,
  });
  policy.period++;
  policy.periodFrom = toIndex;
  // What a boot did not know of its predecessor is waited for until the period closes.
  for (const state of set.boots.values()) {
    if (state.openAbove !== true) continue;
    delete state.openAbove;
    folding.boots.add(state);
  }
}

/** Balances before this call and what it has added to them. */
function balancesNow({ set, turnovers }: Folding): Map<AccountKey, Turnover> {
  const { balances } = set.office;
  invariant(balances !== null, 'the balances of the site were not loaded before the fold');
  return grown(balances, turnovers);
}
