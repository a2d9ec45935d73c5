import { type LotOrigin, type MaterialStream, invariant } from '#contracts';
import { lotVariance, weighedLot } from './accounts.js';
import { close, raise } from './exceptions.js';
import { fact } from './facts.js';
import type { Folding } from './folding.js';
import { grade } from './grading.js';
import { isMeasured } from './lot-findings.js';
import { contribute, freshCustody, mixIn } from './lot-custody.js';
import { isClosed, step } from './lot-states.js';
import { balanceMg, noTurnover, smaller } from './mass.js';
import type { AccountKey, LotState, PostingCode } from './model.js';
import { post } from './postings.js';
import { moveTotals, weighedTotalOf } from './totals.js';
import { lookedUp } from './working-set.js';

/** What an event that opens a lot says of it. */
export interface Opening {
  readonly lotId: string;
  readonly origin: Exclude<LotOrigin, 'provisional'>;
  readonly stream: MaterialStream;
  readonly materialClass: string;
  readonly targetGrade?: string;
  readonly ewc?: string;
  readonly originText?: string;
  readonly visitId?: string;
  readonly runId?: string;
}

/** Opens a lot, or confirms the provisional one; a lot that is known stays what it is. */
export function openLot(folding: Folding, opening: Opening): LotState {
  const known = lookedUp(folding.set.lots, opening.lotId);
  if (known === null) {
    const lot = freshLot(folding, opening.lotId, opening.origin);
    describe(lot, opening);
    fact(folding, 'lotOpened', lot.lotId, {
      lotId: lot.lotId,
      origin: opening.origin,
      stream: opening.stream,
      materialClass: opening.materialClass,
      ...(opening.ewc === undefined ? {} : { ewc: opening.ewc }),
      ...(opening.originText === undefined ? {} : { originText: opening.originText }),
      ...references(opening),
    });
    return lot;
  }
  if (known.origin === 'provisional') confirm(folding, known, opening);
  else {
    known.visitId ??= opening.visitId ?? null;
    known.runId ??= opening.runId ?? null;
    if (opening.targetGrade !== undefined) known.targetGrade ??= opening.targetGrade;
  }
  return touch(folding, known);
}

/** The lot, opened provisionally when nobody has heard of it yet. */
export function lotNamed(folding: Folding, lotId: string): LotState {
  const known = lookedUp(folding.set.lots, lotId);
  if (known !== null) return touch(folding, known);
  const lot = freshLot(folding, lotId, 'provisional');
  fact(folding, 'lotOpened', lotId, {
    lotId,
    origin: 'provisional',
    stream: lot.stream,
    materialClass: lot.materialClass,
  });
  lot.openExceptionId = raise(folding, 'unknown-lot', lotId);
  return lot;
}

function confirm(folding: Folding, lot: LotState, opening: Opening): void {
  const before = weighedTotalOf(folding, lot);
  describe(lot, opening);
  step(folding, lot, 'confirmed', lot.lotId);
  moveTotals(folding, lot, before);
  fact(folding, 'lotConfirmed', lot.lotId, {
    lotId: lot.lotId,
    origin: opening.origin,
    stream: opening.stream,
    materialClass: opening.materialClass,
    ...references(opening),
  });
  if (lot.openExceptionId !== null) close(folding, lot.openExceptionId, 'lot-confirmed');
  lot.openExceptionId = null;
  // What was assayed before anybody said what it is to be.
  if (isMeasured(lot)) grade(folding, lot);
}

/** The lot is another material than was said; what it turned over goes to its right total. */
export function redescribe(folding: Folding, lot: LotState, opening: Opening): void {
  const before = weighedTotalOf(folding, lot);
  describe(lot, { ...opening, ...(lot.runId === null ? {} : { runId: lot.runId }) });
  moveTotals(folding, lot, before);
  if (isMeasured(lot)) grade(folding, lot);
}

function describe(lot: LotState, opening: Opening): void {
  lot.origin = opening.origin;
  lot.stream = opening.stream;
  lot.materialClass = opening.materialClass;
  if (opening.targetGrade !== undefined) lot.targetGrade = opening.targetGrade;
  lot.visitId = opening.visitId ?? null;
  lot.runId = opening.runId ?? null;
  lot.ewc = opening.ewc ?? null;
  lot.originText = opening.originText ?? null;
}

const references = ({ visitId, runId }: Opening): { visitId?: string; runId?: string } => ({
  ...(visitId === undefined ? {} : { visitId }),
  ...(runId === undefined ? {} : { runId }),
});

function freshLot(folding: Folding, lotId: string, origin: LotState['origin']): LotState {
  const lot: LotState = {
    lotId,
    status: origin === 'provisional' ? 'provisional' : 'open',
    origin,
    stream: 'unknown',
    materialClass: 'unknown',
    visitId: null,
    runId: null,
    ewc: null,
    originText: null,
    weighed: noTurnover(),
    variance: noTurnover(),
    uncertaintyMg2: 0n,
    estimated: {},
    pieces: 0n,
    receivedMg: 0n,
    dispatchedMg: 0n,
    assays: [],
    openExceptionId: null,
    parents: [],
    openedIndex: folding.cause,
    changedIndex: folding.cause,
    openedTime: new Date(folding.site.streamTimeMs).toISOString(),
    ...freshCustody(),
  };
  folding.set.lots.set(lotId, lot);
  return touch(folding, lot);
}

export function touch(folding: Folding, lot: LotState): LotState {
  lot.changedIndex = folding.cause;
  folding.lots.add(lot);
  return lot;
}

export function addParent(lot: LotState, parentId: string): void {
  if (parentId !== lot.lotId && !lot.parents.includes(parentId)) lot.parents.push(parentId);
}

/** What the lot's variance has lent it: mass that left before the books knew of it. */
export const owedMg = ({ variance }: LotState): bigint => {
  const lent = -balanceMg(variance);
  return lent > 0n ? lent : 0n;
};

/** Mass that moves into or out of a lot, and the account at its other end. */
export interface Flow {
  readonly account: AccountKey;
  readonly massMg: bigint;
  readonly varianceMg2: bigint;
  readonly code: PostingCode;
}

/**
 * Mass arrives in a lot. It first settles what the variance lent; what arrives in a closed lot goes
 * on to its successor, or to its variance where it has none. So after any order of the same
 * observations a lot holds max(0, in - out), a closed one 0, and its variance the rest.
 */
export function arriveInLot(folding: Folding, lot: LotState, flow: Flow): void {
  touch(folding, lot);
  lot.uncertaintyMg2 += flow.varianceMg2;
  lot.receivedMg += flow.massMg;
  debitLot(folding, lot, flow.account, flow.massMg, flow.code);
  const settled = smaller(owedMg(lot), balanceMg(lot.weighed));
  creditLot(folding, lot, lotVariance(lot.lotId), settled, 'variance-settled');
  if (isClosed(lot)) passOn(folding, lot, flow.varianceMg2);
}

/**
 * Mass leaves a lot. What the lot does not hold it takes back from its successor, then comes from
 * its variance first, so no prefix of the postings ever shows a lot below zero. Returns what the
 * variance lent.
 */
export function leaveLot(
  folding: Folding,
  lot: LotState,
  flow: Flow,
  shortfallCode: PostingCode = 'variance',
): bigint {
  touch(folding, lot);
  lot.uncertaintyMg2 += flow.varianceMg2;
  const held = balanceMg(lot.weighed);
  const missingMg = flow.massMg > held ? flow.massMg - held : 0n;
  const shortfall = missingMg - takeBack(folding, lot, missingMg);
  debitLot(folding, lot, lotVariance(lot.lotId), shortfall, shortfallCode);
  creditLot(folding, lot, flow.account, flow.massMg, flow.code);
  return shortfall;
}

/** What a closed lot holds goes on; returns it. */
export function passOn(folding: Folding, lot: LotState, varianceMg2 = 0n): bigint {
  const restMg = balanceMg(lot.weighed);
  const { successor } = lot;
  if (successor === null) {
    creditLot(folding, lot, lotVariance(lot.lotId), restMg, 'closing-difference');
    return restMg;
  }
  if (restMg === 0n) return restMg;
  const next = lookedUp(folding.set.lots, successor.lotId);
  invariant(next !== null, `${lot.lotId} goes on to ${successor.lotId}, which does not exist`);
  successor.followedMg += restMg;
  lot.weighed.creditsMg += restMg;
  weighedTotalOf(folding, lot).weighed.creditsMg += restMg;
  mixIn(folding, next, lot.custody, restMg);
  followed(next, lot, restMg, folding.cause);
  const account = weighedLot(lot.lotId);
  arriveInLot(folding, next, { account, massMg: restMg, varianceMg2, code: 'successor' });
  return restMg;
}

/** Gets back from the successor up to `massMg` of what went on beyond what was stated. */
export function takeBack(folding: Folding, lot: LotState, massMg: bigint): bigint {
  const { successor } = lot;
  if (successor === null) return 0n;
  const backMg = smaller(massMg, successor.followedMg);
  if (backMg === 0n) return backMg;
  const next = lookedUp(folding.set.lots, successor.lotId);
  invariant(next !== null, `${lot.lotId} goes on to ${successor.lotId}, which does not exist`);
  successor.followedMg -= backMg;
  const account = weighedLot(lot.lotId);
  leaveLot(folding, next, { account, massMg: backMg, varianceMg2: 0n, code: 'successor' });
  next.receivedMg -= backMg;
  followed(next, lot, -backMg, folding.cause);
  lot.weighed.debitsMg += backMg;
  weighedTotalOf(folding, lot).weighed.debitsMg += backMg;
  return backMg;
}

function followed(next: LotState, lot: LotState, massMg: bigint, index: number): void {
  const row = next.contributions.find(({ lotId }) => lotId === lot.lotId);
  contribute(next, lot.lotId, row?.via ?? 'blend', massMg, index);
}

/** Dr lot / Cr account; keeps the lot, its variance and its total in step. */
export function debitLot(
  folding: Folding,
  lot: LotState,
  account: AccountKey,
  massMg: bigint,
  code: PostingCode,
): void {
  if (massMg === 0n) return;
  post(folding, { debit: weighedLot(lot.lotId), credit: account, massMg, code });
  lot.weighed.debitsMg += massMg;
  weighedTotalOf(folding, lot).weighed.debitsMg += massMg;
  if (account === lotVariance(lot.lotId)) lot.variance.creditsMg += massMg;
}

/** Dr account / Cr lot. */
export function creditLot(
  folding: Folding,
  lot: LotState,
  account: AccountKey,
  massMg: bigint,
  code: PostingCode,
): void {
  if (massMg === 0n) return;
  post(folding, { debit: account, credit: weighedLot(lot.lotId), massMg, code });
  lot.weighed.creditsMg += massMg;
  weighedTotalOf(folding, lot).weighed.creditsMg += massMg;
  if (account === lotVariance(lot.lotId)) lot.variance.debitsMg += massMg;
}
