import type { DataOf } from '#contracts';
import { WORLD_IN, loss } from './accounts.js';
import { raise } from './exceptions.js';
import type { Folding } from './folding.js';
import { inspectLoad, tellLots } from './load-findings.js';
import { declareCustody } from './lot-custody.js';
import { step } from './lot-states.js';
import { arriveInLot, openLot } from './lots.js';
import { beyondThreeSigma, square, uncertaintyMg } from './mass.js';
import type { LotState, VisitState } from './model.js';
import { post } from './postings.js';
import { quarantine } from './quarantine.js';
import { lookedUp } from './working-set.js';

export function visitNamed(folding: Folding, visitId: string): VisitState {
  const visit: VisitState = lookedUp(folding.set.visits, visitId) ?? {
    visitId,
    direction: null,
    grossMg: null,
    tareMg: null,
    uncertaintyMg2: 0n,
    deliveredMg: null,
    compared: false,
    changedIndex: folding.cause,
  };
  visit.changedIndex = folding.cause;
  folding.set.visits.set(visitId, visit);
  folding.visits.add(visit);
  return visit;
}

export function vehicleArrived(folding: Folding, arrival: DataOf<'vehicleArrived'>): void {
  visitNamed(folding, arrival.visitId).direction = arrival.direction;
}

/** Gross or tare of a visit; a second one of its kind takes the first one's place. */
export function weighingRecorded(folding: Folding, weighing: DataOf<'weighingRecorded'>): void {
  const visit = visitNamed(folding, weighing.visitId);
  const massMg = BigInt(weighing.massMg);
  if (weighing.weighing === 'gross') visit.grossMg = massMg;
  else visit.tareMg = massMg;
  visit.uncertaintyMg2 += square(weighing.uncertaintyMg);
  visit.scaleIds = { ...visit.scaleIds, [weighing.weighing]: weighing.scaleId };
  compareNet(folding, visit);
}

/** `by`: its entry, where a correction says it anew. */
export function inspectionRecorded(
  folding: Folding,
  found: DataOf<'inspectionRecorded'>,
  by = folding.cause,
): void {
  const visit = visitNamed(folding, found.visitId);
  const { visitId } = visit;
  const { verdict, nanosievertPerHour } = found.radiation;
  if (verdict === 'alarm') {
    const rate = nanosievertPerHour === undefined ? {} : { nSvPerHour: `${nanosievertPerHour}` };
    raise(folding, 'radiation-alarm', visitId, rate);
    visit.alarm = true;
    for (const lotId of visit.lots ?? []) setApart(folding, visitId, lotId);
  }
  if (found.sealedContainers > 0) {
    raise(folding, 'sealed-container', visitId, { containers: String(found.sealedContainers) });
  }
  inspectLoad(folding, visit, found, by);
}

/**
 * `delivery.completed`: each line is mass from the world into a lot of its own; deductions come in
 * too, and go where they are declared to be. A lot that was delivered before is not booked again;
 * a ticket of which nothing is new has no deductions either.
 */
export function deliveryCompleted(folding: Folding, ticket: DataOf<'deliveryCompleted'>): void {
  const visit = visitNamed(folding, ticket.visitId);
  let deliveredMg = 0n;
  let booked = 0;
  for (const line of ticket.lines) {
    const before = folding.set.lots.get(line.lotId)?.visitId ?? null;
    if (before !== null) {
      const massMg = String(line.massMg);
      raise(folding, 'lot-delivered-twice', line.lotId, { visit: before, massMg });
      continue;
    }
    bookLine(folding, visit, line);
    deliveredMg += BigInt(line.massMg);
    booked++;
  }
  if (booked === 0) return;
  tellLots(folding, visit);
  for (const { account, massMg } of ticket.deductions ?? []) {
    const movement = { debit: loss(account, visit.visitId), credit: WORLD_IN };
    post(folding, { ...movement, massMg: BigInt(massMg), code: 'deduction' });
    deliveredMg += BigInt(massMg);
  }
  visit.deliveredMg = (visit.deliveredMg ?? 0n) + deliveredMg;
  compareNet(folding, visit);
}

/** What came with an alarm at the gate is set apart, whichever of the two is known first. */
export function setApart(folding: Folding, visitId: string, lotId: string): void {
  const lot = lookedUp(folding.set.lots, lotId);
  if (lot === null) return;
  const cause = { reason: 'radiation-alarm', mandatory: true, actor: null, from: visitId };
  quarantine(folding, lot, cause);
}

function bookLine(
  folding: Folding,
  visit: VisitState,
  line: DataOf<'deliveryCompleted'>['lines'][number],
): void {
  const lot = openLot(folding, {
    lotId: line.lotId,
    origin: 'delivery',
    stream: line.stream,
    materialClass: line.declaredGrade,
    ewc: line.ewc,
    originText: line.origin,
    visitId: visit.visitId,
  });
  lot.deliveredIndex = folding.cause;
  declareContents(lot, line);
  step(folding, lot, 'filled', visit.visitId);
  const varianceMg2 = square(line.uncertaintyMg);
  const massMg = BigInt(line.massMg);
  declareCustody(folding, lot, line);
  arriveInLot(folding, lot, { account: WORLD_IN, massMg, varianceMg2, code: 'delivery' });
  visit.uncertaintyMg2 += varianceMg2;
  (visit.lots ??= []).push(lot.lotId);
  if (visit.alarm === true) setApart(folding, visit.visitId, lot.lotId);
}

/** What the supplier says is in it, by the ticket of now. */
export function declareContents(
  lot: LotState,
  { declaredContents = [] }: DataOf<'deliveryCompleted'>['lines'][number],
): void {
  delete lot.declared;
  if (declaredContents.length === 0) return;
  lot.declared = declaredContents.map(({ analyte, ppm, uncertaintyPpm = null }) => ({
    analyte,
    ppm,
    uncertaintyPpm,
  }));
}

/** A load of a shipment is what the visit has brought. */
export function noteDelivered(
  folding: Folding,
  visitId: string,
  load: {
    readonly massMg: bigint;
    readonly varianceMg2: bigint;
    readonly lotIds: readonly string[];
  },
): void {
  const visit = visitNamed(folding, visitId);
  visit.deliveredMg = (visit.deliveredMg ?? 0n) + load.massMg;
  visit.uncertaintyMg2 += load.varianceMg2;
  for (const lotId of load.lotIds) {
    (visit.lots ??= []).push(lotId);
    if (visit.alarm === true) setApart(folding, visitId, lotId);
  }
  tellLots(folding, visit);
  compareNet(folding, visit);
}

/** The scale's net against the ticket, once gross, tare and ticket are there in whatever order. */
export function compareNet(folding: Folding, visit: VisitState): void {
  const { grossMg, tareMg, deliveredMg, uncertaintyMg2 } = visit;
  if (grossMg === null || tareMg === null || deliveredMg === null) return;
  visit.compared = true;
  const netMg = grossMg - tareMg;
  if (!beyondThreeSigma(netMg - deliveredMg, uncertaintyMg2)) return;
  raise(folding, 'delivery-mismatch', visit.visitId, {
    netMg: netMg.toString(),
    deliveredMg: deliveredMg.toString(),
    uncertaintyMg: uncertaintyMg(uncertaintyMg2).toString(),
  });
}
