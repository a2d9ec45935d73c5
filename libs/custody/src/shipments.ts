import { type DataOf, siteOf } from '#contracts';
import { transit } from './accounts.js';
import { closeForGood, noteDifference } from './closings.js';
import { visitNamed } from './deliveries.js';
import { raise } from './exceptions.js';
import { fact } from './facts.js';
import type { Folding } from './folding.js';
import { step } from './lot-states.js';
import { leaveLot, lotNamed } from './lots.js';
import { balanceMg, beyondThreeSigma, square, uncertaintyMg } from './mass.js';
import type { ShipmentState } from './model.js';
import { dispatchKnown, shipmentNamed } from './transfers.js';
import { judgeRecovery } from './recoveries.js';
import { enterTransit, transferOf } from './transit.js';

type Dispatch = DataOf<'shipmentDispatched'>;
type Line = Dispatch['lines'][number];

/**
 * `shipment.dispatched`: mass leaves lots and is in transit, pending until a receipt posts it. One
 * shipment leaves once: a second dispatch of the same id is entered with an exception and not
 * booked.
 */
export function shipmentDispatched(folding: Folding, dispatch: Dispatch): void {
  const { shipmentId, visitId, consignee, consigneeSite, lines } = dispatch;
  const shipment = shipmentNamed(folding, shipmentId);
  if (shipment.consignee !== null) {
    raise(folding, 'reference-conflict', shipmentId, { problem: 'dispatched before' });
    return;
  }
  shipment.consignee = consignee;
  if (consigneeSite !== undefined) shipment.consigneeSite = consigneeSite;
  describeTreatment(shipment, dispatch);
  shipment.lines = lines.map(({ lotId, massMg }) => ({ lotId, massMg: BigInt(massMg) }));
  shipment.logIndex = folding.cause;
  if (visitId !== undefined) leaveWith(folding, shipment, visitId);
  for (const line of lines) dispatchLine(folding, shipment, line, consignee);
  dispatchKnown(folding, shipment);
  judgeRecovery(folding, shipment);
}

/** What the consignee does with it, by the sender's word of now. */
export function describeTreatment(
  shipment: ShipmentState,
  { treatment }: Pick<Dispatch, 'treatment'>,
): void {
  delete shipment.treatment;
  if (treatment === undefined) return;
  const { operation, recovers = [] } = treatment;
  shipment.treatment = { operation, recovers: [...new Set(recovers)].sort() };
}

/** Its vehicle's weighings are of it, if nothing else left with them. */
function leaveWith(folding: Folding, shipment: ShipmentState, visitId: string): void {
  if (siteOf(visitId) !== folding.site.siteId) return;
  shipment.visitId = visitId;
  (visitNamed(folding, visitId).shipments ??= []).push(shipment.shipmentId);
}

function dispatchLine(
  folding: Folding,
  shipment: ShipmentState,
  line: Line,
  consignee: string,
): void {
  const lot = lotNamed(folding, line.lotId);
  const massMg = BigInt(line.massMg);
  step(folding, lot, line.all ? 'dispatched' : 'shipped', shipment.shipmentId);
  const heldMg = balanceMg(lot.weighed);
  const heldMg2 = lot.uncertaintyMg2;
  const shortfall = leaveLot(
    folding,
    lot,
    {
      account: transit(shipment.shipmentId),
      massMg,
      varianceMg2: square(line.uncertaintyMg),
      code: 'dispatch',
    },
    line.all ? 'closing-difference' : 'variance',
  );
  lot.dispatchedMg += massMg;
  enterTransit(folding, shipment, massMg);
  transferOf(shipment).uncertaintyMg2 += square(line.uncertaintyMg);
  const toleranceMg2 = heldMg2 + square(line.uncertaintyMg);
  // The whole of a lot never weighs what the books say; a part of it cannot weigh more.
  if (shortfall > 0n && (!line.all || beyondThreeSigma(shortfall, toleranceMg2))) {
    raise(folding, 'shipment-exceeds-lot', lot.lotId, {
      shippedMg: massMg.toString(),
      heldMg: heldMg.toString(),
      uncertaintyMg: uncertaintyMg(toleranceMg2).toString(),
    });
  }
  // Nothing is left in the yard, whatever the books say: the remainder is a difference.
  if (line.all) {
    const ending = { status: 'dispatched', key: shipment.shipmentId } as const;
    noteDifference(folding, lot, closeForGood(folding, lot, ending), toleranceMg2);
  }
  fact(folding, 'lotDispatched', lot.lotId, {
    lotId: lot.lotId,
    shipmentId: shipment.shipmentId,
    consignee,
    massMg: massMg.toString(),
    uncertaintyMg: line.uncertaintyMg.toString(),
    remainingMg: balanceMg(lot.weighed).toString(),
    closed: line.all,
  });
}
