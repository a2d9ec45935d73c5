import { restateClaim } from './claims.js';
import { raise } from './exceptions.js';
import { fact } from './facts.js';
import { type Folding, byText } from './folding.js';
import { balanceMg } from './mass.js';
import type { LotState } from './model.js';

/**
 * Tells everything that rests on a corrected event: its lots, the lots that came of them, and the
 * claims on any of these. MUST have the descendants of the lots and their claims at hand.
 */
export function supersede(
  folding: Folding,
  of: { readonly errs: number; readonly subject: string; readonly movedMg: bigint },
  corrected: ReadonlySet<LotState>,
): void {
  const direct = [...corrected].sort((a, b) => byText(a.lotId, b.lotId));
  const figures = { errs: String(of.errs), movedMg: of.movedMg.toString() };
  if (direct.length === 0) raise(folding, 'event-corrected', of.subject, figures);
  for (const lot of direct) {
    raise(folding, 'event-corrected', lot.lotId, figures);
    state(folding, lot, 'corrected', of.errs);
  }
  const upstream = descendantsOf(folding, corrected);
  for (const lot of upstream) {
    raise(folding, 'upstream-corrected', lot.lotId, { errs: String(of.errs) });
    state(folding, lot, 'upstream', of.errs);
  }
  const lots = new Map([...direct, ...upstream].map((lot) => [lot.lotId, lot]));
  doubtClaims(folding, lots);
}

function state(
  folding: Folding,
  lot: LotState,
  cause: 'corrected' | 'upstream',
  errs: number,
): void {
  fact(folding, 'lotSuperseded', lot.lotId, {
    lotId: lot.lotId,
    cause,
    errs,
    weighedMg: balanceMg(lot.weighed).toString(),
    receivedMg: lot.receivedMg.toString(),
    correctionMg: (lot.correctionMg ?? 0n).toString(),
  });
}

function descendantsOf({ set }: Folding, roots: ReadonlySet<LotState>): LotState[] {
  const children = new Map<string, LotState[]>();
  for (const lot of set.lots.values()) {
    for (const parent of lot?.parents ?? []) {
      children.set(parent, [...(children.get(parent) ?? []), lot!]);
    }
  }
  const found = new Set<LotState>(roots);
  // A set grows while it is walked, so this goes down to the last of them.
  for (const lot of found) for (const child of children.get(lot.lotId) ?? []) found.add(child);
  return [...found].filter((lot) => !roots.has(lot)).sort((a, b) => byText(a.lotId, b.lotId));
}

function doubtClaims(folding: Folding, lots: ReadonlyMap<string, LotState>): void {
  const claims = [...folding.set.office.claims.values()]
    .filter((claim) => claim !== null)
    .sort((a, b) => byText(a.claimId, b.claimId));
  for (const claim of claims) {
    const lot = claim.lotId === null ? undefined : lots.get(claim.lotId);
    if (lot === undefined) continue;
    claim.doubtful = true;
    raise(folding, 'claim-doubtful', claim.claimId, {
      lot: lot.lotId,
      claimedMg: claim.massMg.toString(),
      receivedMg: lot.receivedMg.toString(),
    });
    restateClaim(folding, claim);
  }
}
