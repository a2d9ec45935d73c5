import { transit, transitVariance } from './accounts.js';
import type { Folding } from './folding.js';
import type { Flow } from './lots.js';
import { balanceMg, noTurnover, smaller, sum } from './mass.js';
import type { PostingCode, ShipmentState } from './model.js';
import type { TransferState } from './shipment-model.js';
import { post } from './postings.js';

/**
 * The account of a shipment between two scales. As a lot, it never holds less than nothing: what
 * arrives beyond what was dispatched is lent by the transit variance, and what is dispatched later
 * settles that first. So after any order of the same observations transit holds
 * max(0, dispatched - arrived), of a complete shipment 0, and its variance the rest.
 */

const newTransfer = (): TransferState => ({
  transit: noTurnover(),
  variance: noTurnover(),
  uncertaintyMg2: 0n,
  acceptedMg: 0n,
  deductedMg: 0n,
  returnedMg: 0n,
  receiptIds: [],
  returnIds: [],
  waiting: [],
  complete: false,
  unknownExceptionId: null,
  differenceExceptionId: null,
});

/** Of a shipment whose state is older than receipts, what its dispatch has booked. */
export function transferOf(shipment: ShipmentState): TransferState {
  if (shipment.transfer === undefined) {
    const dispatchedMg = sum(shipment.lines.map(({ massMg }) => massMg));
    const booked = { debitsMg: dispatchedMg, creditsMg: 0n };
    shipment.transfer = { ...newTransfer(), transit: booked };
  }
  return shipment.transfer;
}

/** Notes what a lot has lent to the transit account, after its posting. */
export function enterTransit(folding: Folding, shipment: ShipmentState, massMg: bigint): void {
  const transfer = transferOf(shipment);
  transfer.transit.debitsMg += massMg;
  const lent = -balanceMg(transfer.variance);
  if (lent > 0n) {
    const settled = smaller(lent, balanceMg(transfer.transit));
    toVariance(folding, shipment, settled, 'transit-settled');
  }
  if (transfer.complete) emptyTransit(folding, shipment);
}

/** Mass arrives somewhere: Dr account / Cr transit. */
export function leaveTransit(
  folding: Folding,
  shipment: ShipmentState,
  { account, massMg, code }: Pick<Flow, 'account' | 'massMg' | 'code'>,
): void {
  if (massMg === 0n) return;
  coverTransit(folding, shipment, massMg);
  post(folding, { debit: account, credit: transit(shipment.shipmentId), massMg, code });
  transferOf(shipment).transit.creditsMg += massMg;
}

/** What transit does not hold of `massMg` is lent by its variance. */
export function coverTransit(folding: Folding, shipment: ShipmentState, massMg: bigint): void {
  const transfer = transferOf(shipment);
  const { shipmentId } = shipment;
  const short = massMg - balanceMg(transfer.transit);
  if (short <= 0n) return;
  const accounts = { debit: transit(shipmentId), credit: transitVariance(shipmentId) };
  post(folding, { ...accounts, massMg: short, code: 'transit-variance' });
  transfer.transit.debitsMg += short;
  transfer.variance.creditsMg += short;
}

/** Nothing of the shipment is on its way any more: what the books still show is a difference. */
export function emptyTransit(folding: Folding, shipment: ShipmentState): void {
  const rest = balanceMg(transferOf(shipment).transit);
  toVariance(folding, shipment, rest, 'transit-variance');
}

function toVariance(
  folding: Folding,
  shipment: ShipmentState,
  massMg: bigint,
  code: PostingCode,
): void {
  const { shipmentId } = shipment;
  const transfer = transferOf(shipment);
  post(folding, { debit: transitVariance(shipmentId), credit: transit(shipmentId), massMg, code });
  transfer.transit.creditsMg += massMg;
  transfer.variance.debitsMg += massMg;
}
