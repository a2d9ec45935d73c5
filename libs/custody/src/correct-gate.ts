import type { DataOf } from '#contracts';
import { keptAssay } from './assays.js';
import { WORLD_IN, loss, transit } from './accounts.js';
import { reopen } from './closings.js';
import { differences, effect, type Effect, movedMg } from './correction-effects.js';
import type { Change, Erring, Plan } from './correction-plan.js';
import { correctLot, postSigned } from './correct-lot.js';
import { reaccrue, withdrawInput } from './credits.js';
import {
  compareNet,
  declareContents,
  inspectionRecorded,
  setApart,
  visitNamed,
} from './deliveries.js';
import { inspectLoad, tellLots } from './load-findings.js';
import type { Folding } from './folding.js';
import { declareCustody } from './lot-custody.js';
import { grade } from './grading.js';
import { lotNamed, openLot, redescribe } from './lots.js';
import { absolute, square } from './mass.js';
import type { LotState, ShipmentState } from './model.js';
import { describeTreatment } from './shipments.js';
import { coverTransit, enterTransit, transferOf } from './transit.js';
import { lookedUp } from './working-set.js';

/** Corrections of what gates, scales, inspectors and laboratories said. */

type Ticket = DataOf<'deliveryCompleted'>;
type Line = Ticket['lines'][number];

/** The first line of each lot: a second one was an exception and not booked. */
const linesOf = (ticket: Ticket | null): Map<string, Line> => {
  const lines = new Map<string, Line>();
  for (const line of ticket?.lines ?? []) {
    if (!lines.has(line.lotId)) lines.set(line.lotId, line);
  }
  return lines;
};

export function deliveryPlan(
  folding: Folding,
  { errs, original }: Erring,
  { before, after }: Change<Ticket>,
): Plan | string {
  const visitId = original.attributes.subject;
  if ((after?.visitId ?? visitId) !== visitId)
    return 'the visit cannot change; say it did not occur';
  const lotOf = (lotId: string): LotState | null => lookedUp(folding.set.lots, lotId);
  const isOurs = (lotId: string): boolean => lotOf(lotId)?.deliveredIndex === errs;
  const was = new Map([...linesOf(before)].filter(([lotId]) => isOurs(lotId)));
  const is = linesOf(after);
  for (const lotId of is.keys()) {
    const lot = lotOf(lotId);
    if (lot !== null && lot.visitId !== null && !isOurs(lotId)) {
      return `${lotId} was delivered by another ticket`;
    }
  }
  if (before !== null && was.size === 0) return 'none of its lots was booked by it';
  const masses = (lines: ReadonlyMap<string, Line>): Map<string, Effect> =>
    new Map([...lines].map(([id, line]) => [id, effect(line.massMg, line.uncertaintyMg)]));
  const lots = new Set<LotState>();
  const found = differences(masses(was), masses(is));
  const deductions = differences(deductionsOf(before), deductionsOf(after));
  const apply = (): void => {
    for (const line of is.values()) lots.add(describeLine(folding, errs, visitId, line));
    for (const [lotId, difference] of found) {
      lots.add(correctDelivered(folding, lotNamed(folding, lotId), difference));
    }
    for (const [account, { massMg }] of deductions) {
      postSigned(folding, loss(account as Parameters<typeof loss>[0], visitId), WORLD_IN, massMg);
    }
    correctVisit(folding, visitId, [...found.values(), ...deductions.values()]);
  };
  return { movedMg: movedMg(found) + movedMg(deductions), lots, apply };
}

function deductionsOf(ticket: Ticket | null): Map<string, Effect> {
  const sums = new Map<string, Effect>();
  for (const { account, massMg } of ticket?.deductions ?? []) {
    sums.set(account, effect(BigInt(massMg) + (sums.get(account)?.massMg ?? 0n)));
  }
  return sums;
}

/** What the ticket says of the lot now; what its input gave in credits follows its grade. */
function describeLine(folding: Folding, errs: number, visitId: string, line: Line): LotState {
  const opening = {
    lotId: line.lotId,
    origin: 'delivery',
    stream: line.stream,
    materialClass: line.declaredGrade,
    ewc: line.ewc,
    originText: line.origin,
    visitId,
  } as const;
  const isNew = lookedUp(folding.set.lots, line.lotId)?.deliveredIndex !== errs;
  const lot = openLot(folding, opening);
  lot.deliveredIndex = errs;
  declareContents(lot, line);
  if (isNew) {
    declareCustody(folding, lot, line);
    const visit = visitNamed(folding, visitId);
    (visit.lots ??= []).push(lot.lotId);
    if (visit.alarm === true) setApart(folding, visitId, lot.lotId);
    tellLots(folding, visit);
  }
  const redescribed = (): void => {
    redescribe(folding, lot, opening);
  };
  if (lot.stream === line.stream && lot.materialClass === line.declaredGrade) redescribed();
  else reaccrue(folding, lot, redescribed);
  return lot;
}

function correctDelivered(folding: Folding, lot: LotState, difference: Effect): LotState {
  const { massMg, varianceMg2 } = difference;
  lot.receivedMg += massMg;
  lot.uncertaintyMg2 += varianceMg2;
  withdrawInput(folding, lot, -correctLot(folding, lot, WORLD_IN, massMg));
  return lot;
}

function correctVisit(folding: Folding, visitId: string, found: readonly Effect[]): void {
  const visit = visitNamed(folding, visitId);
  for (const { massMg, varianceMg2 } of found) {
    visit.deliveredMg = (visit.deliveredMg ?? 0n) + massMg;
    visit.uncertaintyMg2 += varianceMg2;
  }
  compareNet(folding, visit);
}

const NO_LOTS: ReadonlySet<LotState> = new Set();

/** A weighing moves no mass; what counts of it is taken back where it is still what counts. */
export function weighingPlan(
  folding: Folding,
  { before, after }: Change<DataOf<'weighingRecorded'>>,
): Plan | string {
  const movedMg = absolute(BigInt(after?.massMg ?? 0) - BigInt(before?.massMg ?? 0));
  const apply = (): void => {
    if (before !== null) {
      const visit = visitNamed(folding, before.visitId);
      const side = before.weighing === 'gross' ? 'grossMg' : 'tareMg';
      if (visit[side] === BigInt(before.massMg)) visit[side] = null;
      visit.uncertaintyMg2 -= square(before.uncertaintyMg);
    }
    if (after === null) return;
    const visit = visitNamed(folding, after.visitId);
    const side = after.weighing === 'gross' ? 'grossMg' : 'tareMg';
    visit[side] ??= BigInt(after.massMg);
    visit.uncertaintyMg2 += square(after.uncertaintyMg);
    compareNet(folding, visit);
  };
  return { movedMg, lots: NO_LOTS, apply };
}

export function vehiclePlan(
  folding: Folding,
  { before, after }: Change<DataOf<'vehicleArrived'>>,
): Plan {
  const apply = (): void => {
    if (before !== null) visitNamed(folding, before.visitId).direction = null;
    if (after !== null) visitNamed(folding, after.visitId).direction = after.direction;
  };
  return { movedMg: 0n, lots: NO_LOTS, apply };
}

/**
 * An alarm that was raised stays an exception until a person closes it; a new one is raised. What was
 * measured is forgotten where it is still what counts, and a lot is graded anew by what it was.
 */
export function inspectionPlan(
  folding: Folding,
  { errs }: Erring,
  { before, after }: Change<DataOf<'inspectionRecorded'>>,
): Plan {
  const apply = (): void => {
    if (before !== null && after?.visitId !== before.visitId) {
      inspectLoad(folding, visitNamed(folding, before.visitId), null, errs);
    }
    if (after !== null) inspectionRecorded(folding, after, errs);
  };
  return { movedMg: 0n, lots: NO_LOTS, apply };
}

export function assayPlan(
  folding: Folding,
  { errs }: Erring,
  { before, after }: Change<DataOf<'lotAssayed'>>,
): Plan {
  const lots = new Set<LotState>();
  const apply = (): void => {
    if (before !== null) {
      const lot = lotNamed(folding, before.lotId);
      lot.assays = lot.assays.filter(({ logIndex }) => logIndex !== errs);
      lots.add(lot);
      if (after?.lotId !== before.lotId) grade(folding, lot);
    }
    if (after === null) return;
    const lot = lotNamed(folding, after.lotId);
    lot.assays.push(keptAssay(after, errs));
    lot.assays.sort((a, b) => a.logIndex - b.logIndex);
    if (lot.assays.length > folding.limits.assaysKept) lot.assays.shift();
    grade(folding, lot);
    lots.add(lot);
  };
  return { movedMg: 0n, lots, apply };
}

type Dispatch = DataOf<'shipmentDispatched'>;

export function shipmentPlan(
  folding: Folding,
  { errs, original }: Erring,
  { before, after }: Change<Dispatch>,
): Plan | string {
  const shipmentId = original.attributes.subject;
  const shipment = lookedUp(folding.set.shipments, shipmentId);
  if (shipment?.logIndex !== errs) return `${shipmentId} was dispatched by another event`;
  if ((after?.shipmentId ?? shipmentId) !== shipmentId) {
    return 'the shipment cannot change; say it did not occur';
  }
  const whole = (dispatch: Dispatch | null): Set<string> =>
    new Set(dispatch?.lines.flatMap(({ lotId, all }) => (all ? [lotId] : [])));
  const [wasWhole, isWhole] = [whole(before), whole(after)];
  const emptied = [...isWhole].find((lotId) => !wasWhole.has(lotId));
  if (emptied !== undefined) return `dispatch the rest of ${emptied} by an event of its own`;
  const found = differences(shippedBy(before), shippedBy(after));
  const lots = new Set<LotState>();
  const apply = (): void => {
    // A state without its transfer makes it from what it says was dispatched.
    const transfer = transferOf(shipment);
    shipment.consignee = after?.consignee ?? shipment.consignee;
    describeTreatment(shipment, after ?? {});
    shipment.lines = [...shippedBy(after)].map(([lotId, { massMg }]) => ({ lotId, massMg }));
    folding.shipments.add(shipment);
    for (const lotId of wasWhole) {
      if (!isWhole.has(lotId)) lots.add(reopen(folding, lotNamed(folding, lotId), shipmentId));
    }
    for (const [lotId, { massMg, varianceMg2 }] of found) {
      const lot = lotNamed(folding, lotId);
      lot.dispatchedMg += massMg;
      lot.uncertaintyMg2 += varianceMg2;
      transfer.uncertaintyMg2 += varianceMg2;
      correctTransit(folding, shipment, lot, massMg);
      lots.add(lot);
    }
  };
  return { movedMg: movedMg(found), lots, apply };
}

/** More was sent, or less: then what transit does not hold any more its variance lends. */
function correctTransit(
  folding: Folding,
  shipment: ShipmentState,
  lot: LotState,
  massMg: bigint,
): void {
  const account = transit(shipment.shipmentId);
  if (massMg < 0n) coverTransit(folding, shipment, -massMg);
  correctLot(folding, lot, account, -massMg);
  if (massMg > 0n) enterTransit(folding, shipment, massMg);
  else transferOf(shipment).transit.creditsMg -= massMg;
}

function shippedBy(dispatch: Dispatch | null): Map<string, Effect> {
  const sums = new Map<string, Effect>();
  for (const { lotId, massMg, uncertaintyMg } of dispatch?.lines ?? []) {
    const { massMg: one, varianceMg2 } = effect(massMg, uncertaintyMg);
    const known = sums.get(lotId);
    sums.set(lotId, {
      massMg: one + (known?.massMg ?? 0n),
      varianceMg2: varianceMg2 + (known?.varianceMg2 ?? 0n),
      count: 1,
    });
  }
  return sums;
}
