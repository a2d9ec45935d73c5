import { type ClaimRefusal, type DataOf, invariant, siteOf } from '#contracts';
import { claimOfLot, retiredUnits, unitAccount } from './accounts.js';
import { creditAt, creditNamed, takeCredits } from './credits.js';
import { fact, factSource } from './facts.js';
import type { Folding } from './folding.js';
import { balanceMg, sum } from './mass.js';
import type { AccountKey, LotState } from './model.js';
import type { ClaimState, CreditState } from './office-model.js';
import { periodId } from './periods.js';
import { post } from './postings.js';
import { lookedUp } from './working-set.js';

type Request = DataOf<'claimRequested'>;
type Refusal = readonly [reason: ClaimRefusal, figures?: Readonly<Record<string, string>>];

/** `claim.requested`: granted as a whole, or refused with a reason and nothing changed. */
export function claimRequested(folding: Folding, request: Request): void {
  const refusal = isForeign(folding, request)
    ? (['of-another-site'] as const)
    : request.action === 'issue'
      ? issue(folding, request)
      : request.action === 'move'
        ? moveClaim(folding, request)
        : retire(folding, request);
  if (refusal === null) return;
  const { claimId, action } = request;
  const [reason, figures = {}] = refusal;
  fact(folding, 'claimRefused', factSource(folding.site.siteId), {
    claimId,
    action,
    reason,
    figures,
  });
}

const isForeign = ({ site }: Folding, { claimId, lotId }: Request): boolean =>
  siteOf(claimId) !== site.siteId || (lotId !== undefined && siteOf(lotId) !== site.siteId);

function issue(folding: Folding, request: Request): Refusal | null {
  const { claimId, characteristic, method } = request;
  const lotId = request.lotId ?? null;
  invariant(
    characteristic !== undefined && method !== undefined && request.massMg !== undefined,
    `the schema lets no claim to be issued through without its figures: ${claimId}`,
  );
  if (lookedUp(folding.set.office.claims, claimId) !== null) return ['claim-known'];
  const credit = creditAt(folding, characteristic);
  const massMg = BigInt(request.massMg);
  if (credit === undefined) return ['no-credits', { askedMg: massMg.toString(), creditsMg: '0' }];
  const claim: ClaimState = {
    claimId,
    status: 'issued',
    model: lotId === null ? 'book-and-claim' : 'mass-balance',
    characteristic,
    lotId,
    massMg,
    period: credit.period,
    method,
    doubtful: false,
    beneficiary: null,
    factSeq: 0,
    issuedIndex: folding.cause,
    changedIndex: folding.cause,
  };
  const refusal =
    (credit.method ?? method) !== method
      ? (['method-mixed', { method: credit.method ?? method }] as const)
      : ((lotId === null ? null : refusedByLot(folding, claim, lotId, credit)) ??
        refusedByCredits(credit, massMg));
  if (refusal !== null) return refusal;
  creditNamed(folding, characteristic).method = method;
  folding.set.office.claims.set(claimId, claim);
  takeCredits(folding, credit, accountOf(claim), massMg, 'claim');
  state(folding, claim, 'issued');
  return null;
}

const refusedByCredits = ({ balance }: CreditState, massMg: bigint): Refusal | null => {
  const creditsMg = balanceMg(balance);
  if (massMg <= creditsMg) return null;
  return ['no-credits', { askedMg: massMg.toString(), creditsMg: creditsMg.toString() }];
};

/**
 * Claims on a lot are for mass that it received, and by the average never above its share. That
 * share is of the lot and the moment in which it was claimed, so such a claim stays with its lot.
 */
function refusedByLot(
  folding: Folding,
  claim: ClaimState,
  lotId: string,
  credit?: CreditState,
): Refusal | null {
  const lot = lookedUp(folding.set.lots, lotId);
  if (lot === null) return ['lot-unknown'];
  const claimedMg = claimedOn(folding, lotId, claim.characteristic) + claim.massMg;
  const receivedMg = lot.receivedMg.toString();
  const figures = { claimedMg: claimedMg.toString(), receivedMg };
  if (claimedMg > lot.receivedMg) return ['lot-exceeded', figures];
  if (claim.method === 'credit') return null;
  return credit === undefined ? ['above-average'] : refusedByAverage(lot, credit, claimedMg);
}

/** claimed / received <= credits in / input, without a division. */
function refusedByAverage(
  { receivedMg }: LotState,
  { accruals, inputMg }: CreditState,
  claimedMg: bigint,
): Refusal | null {
  const creditedMg = sum(accruals.map((row) => row.creditedMg));
  if (claimedMg * inputMg <= creditedMg * receivedMg) return null;
  const figures = { creditedMg: creditedMg.toString(), inputMg: inputMg.toString() };
  return ['above-average', figures];
}

/** MUST have all claims of the lot at hand. */
const claimedOn = ({ set }: Folding, lotId: string, characteristic: string): bigint =>
  sum(
    [...set.office.claims.values()].flatMap((claim) =>
      claim?.lotId === lotId && claim.characteristic === characteristic ? [claim.massMg] : [],
    ),
  );

/** To another lot, or down to book and claim; a unit never comes back to a lot. */
function moveClaim(folding: Folding, request: Request): Refusal | null {
  const { claimId } = request;
  const lotId = request.lotId ?? null;
  const claim = lookedUp(folding.set.office.claims, claimId);
  if (claim === null) return ['claim-unknown'];
  if (claim.status === 'retired') return ['claim-retired'];
  if (claim.model === 'book-and-claim') return ['model-raised', { model: claim.model }];
  if (claim.lotId === lotId) return ['claim-known'];
  if (lotId !== null && claim.method === 'rolling-average') return ['above-average'];
  const refusal = lotId === null ? null : refusedByLot(folding, claim, lotId);
  if (refusal !== null) return refusal;
  const from = accountOf(claim);
  claim.lotId = lotId;
  if (lotId === null) claim.model = 'book-and-claim';
  const debit = accountOf(claim);
  post(folding, { debit, credit: from, massMg: claim.massMg, code: 'claim-moved' });
  state(folding, claim, 'moved');
  return null;
}

function retire(folding: Folding, { claimId, beneficiary }: Request): Refusal | null {
  const claim = lookedUp(folding.set.office.claims, claimId);
  if (claim === null) return ['claim-unknown'];
  if (claim.status === 'retired') return ['claim-retired'];
  if (claim.model !== 'book-and-claim') return ['not-a-unit', { model: claim.model }];
  claim.status = 'retired';
  claim.beneficiary = beneficiary ?? null;
  const debit = retiredUnits(claim.characteristic);
  const { massMg } = claim;
  post(folding, { debit, credit: unitAccount(claimId), massMg, code: 'claim-retired' });
  state(folding, claim, 'retired');
  return null;
}

const accountOf = ({ claimId, lotId, characteristic }: ClaimState): AccountKey =>
  lotId === null ? unitAccount(claimId) : claimOfLot(lotId, characteristic);

/** What a claim rests on has changed: it is stated anew. */
export function restateClaim(folding: Folding, claim: ClaimState): void {
  const standing =
    claim.status === 'retired' ? 'retired' : claim.lotId === null ? 'moved' : 'issued';
  state(folding, claim, standing);
}

/** States the claim as it stands now. */
function state(
  folding: Folding,
  claim: ClaimState,
  standing: DataOf<'claimIssued'>['standing'],
): void {
  const { siteId } = folding.site;
  const credit = creditAt(folding, claim.characteristic);
  const before = claim.factSeq;
  claim.factSeq = fact(folding, 'claimIssued', factSource(siteId), {
    claimId: claim.claimId,
    standing,
    model: claim.model,
    characteristic: claim.characteristic,
    lotId: claim.lotId,
    massMg: claim.massMg.toString(),
    periodId: periodId(siteId, claim.period),
    method: claim.method,
    creditsLeftMg: (credit === undefined ? 0n : balanceMg(credit.balance)).toString(),
    doubtful: claim.doubtful,
    ...(before === 0 ? {} : { supersedes: before }),
  }).seq;
  claim.changedIndex = folding.cause;
  folding.claims.add(claim);
}
