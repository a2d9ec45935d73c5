import { type DataOf, type EventAttributes, siteOf } from '#contracts';
import { WORLD_OUT, loss } from './accounts.js';
import { close, raise } from './exceptions.js';
import { fact } from './facts.js';
import type { Folding } from './folding.js';
import { balanceMg, beyondThreeSigma, square, sum, uncertaintyMg } from './mass.js';
import type { ShipmentState } from './model.js';
import { watchTransfer } from './scale-watches.js';
import type { Receipt, TransferState } from './shipment-model.js';
import { emptyTransit, leaveTransit, transferOf } from './transit.js';
import { lookedUp } from './working-set.js';

/**
 * The sender's side of a shipment: dispatch is pending, a receipt posts it. Which of them comes
 * first does not matter, and neither site ever waits for the other.
 */

/** The shipment, with nothing dispatched when nobody has heard of it yet. */
export function shipmentNamed(folding: Folding, shipmentId: string): ShipmentState {
  const known = lookedUp(folding.set.shipments, shipmentId);
  const shipment = known ?? { shipmentId, consignee: null, lines: [], logIndex: folding.cause };
  folding.set.shipments.set(shipmentId, shipment);
  folding.shipments.add(shipment);
  transferOf(shipment);
  return shipment;
}

/** The same, with a note that its dispatch is missing. */
export function shipmentSent(folding: Folding, shipmentId: string): ShipmentState {
  const shipment = shipmentNamed(folding, shipmentId);
  const transfer = transferOf(shipment);
  if (shipment.consignee === null) {
    transfer.unknownExceptionId ??= raise(folding, 'unknown-shipment', shipmentId);
  }
  return shipment;
}

/** `transfer.notified`: the ledger of the receiver says what its scale and its eyes found. */
export function transferNotified(
  folding: Folding,
  notice: DataOf<'transferNotified'>,
  { source }: EventAttributes,
): void {
  const by = siteOf(source);
  if (by === folding.site.siteId) {
    raise(folding, 'body-invalid', source, { problem: 'a site does not notify itself' });
    return;
  }
  receive(folding, shipmentSent(folding, notice.shipmentId), receiptOf(notice, by));
}

/** A load as the sender's books see it. */
export const receiptOf = (
  said: Pick<
    DataOf<'transferNotified'>,
    'receiptId' | 'acceptedMg' | 'uncertaintyMg' | 'deductions' | 'remainder'
  >,
  by: string | null,
): Receipt => ({
  receiptId: said.receiptId,
  by,
  acceptedMg: BigInt(said.acceptedMg),
  uncertaintyMg: BigInt(said.uncertaintyMg),
  deductions: (said.deductions ?? []).map(({ account, massMg }) => ({
    account,
    massMg: BigInt(massMg),
  })),
  remainder: said.remainder,
});

/** Books a load, or keeps it until the dispatch has said who may receive it. */
export function receive(folding: Folding, shipment: ShipmentState, receipt: Receipt): void {
  const transfer = transferOf(shipment);
  const { receiptIds, waiting } = transfer;
  const { receiptId } = receipt;
  const isKnown =
    receiptIds.includes(receiptId) || waiting.some((other) => other.receiptId === receiptId);
  const problem = isKnown
    ? 'received before'
    : receiptIds.length + waiting.length >= folding.limits.receiptsMax
      ? `more than ${folding.limits.receiptsMax} receipts`
      : undefined;
  if (problem !== undefined) {
    raise(folding, 'reference-conflict', shipment.shipmentId, { problem, receipt: receiptId });
  } else if (shipment.consignee === null) {
    waiting.push(receipt);
  } else {
    bookReceipt(folding, shipment, receipt);
    reconcile(folding, shipment);
  }
}

/** The dispatch has come: what was received before it is booked now. */
export function dispatchKnown(folding: Folding, shipment: ShipmentState): void {
  const transfer = transferOf(shipment);
  for (const receipt of transfer.waiting.splice(0)) bookReceipt(folding, shipment, receipt);
  if (transfer.unknownExceptionId !== null) {
    close(folding, transfer.unknownExceptionId, 'shipment-dispatched');
    transfer.unknownExceptionId = null;
  }
  reconcile(folding, shipment);
}

function bookReceipt(folding: Folding, shipment: ShipmentState, receipt: Receipt): void {
  const { shipmentId, consigneeSite } = shipment;
  const { receiptId, by, acceptedMg, deductions } = receipt;
  if (consigneeSite !== undefined && by !== consigneeSite) {
    const figures = { receipt: receiptId, by: by ?? folding.site.siteId, to: consigneeSite };
    raise(folding, 'reference-conflict', shipmentId, { problem: 'not the consignee', ...figures });
    return;
  }
  const transfer = transferOf(shipment);
  transfer.receiptIds.push(receiptId);
  transfer.uncertaintyMg2 += square(receipt.uncertaintyMg);
  transfer.receivedMg2 = (transfer.receivedMg2 ?? 0n) + square(receipt.uncertaintyMg);
  const code = 'receipt' as const;
  leaveTransit(folding, shipment, { account: WORLD_OUT, massMg: acceptedMg, code });
  for (const { account, massMg } of deductions) {
    leaveTransit(folding, shipment, { account: loss(account, shipmentId), massMg, code });
    transfer.deductedMg += massMg;
  }
  transfer.acceptedMg += acceptedMg;
  if (receipt.remainder === 'none') complete(folding, shipment);
}

export function complete(folding: Folding, shipment: ShipmentState): void {
  transferOf(shipment).complete = true;
  emptyTransit(folding, shipment);
}

/** A difference that the ends have settled is closed; one that the office closed may be raised anew. */
function settleDifference(
  folding: Folding,
  transfer: TransferState,
  withinTolerance: boolean,
): void {
  const { differenceExceptionId: open } = transfer;
  if (open === null) return;
  const isClosed = lookedUp(folding.set.office.exceptions, open)?.closed === true;
  if (withinTolerance && !isClosed) close(folding, open, 'within-tolerance');
  if (withinTolerance || isClosed) transfer.differenceExceptionId = null;
}

/** States what both ends say of a shipment of which nothing is on its way any more. */
export function reconcile(folding: Folding, shipment: ShipmentState): void {
  const { shipmentId, lines, consignee } = shipment;
  const transfer = transferOf(shipment);
  if (consignee === null || !transfer.complete) return;
  const { uncertaintyMg2 } = transfer;
  const differenceMg = balanceMg(transfer.variance);
  const withinTolerance = !beyondThreeSigma(differenceMg, uncertaintyMg2);
  const figures = {
    differenceMg: differenceMg.toString(),
    uncertaintyMg: uncertaintyMg(uncertaintyMg2).toString(),
  };
  settleDifference(folding, transfer, withinTolerance);
  if (!withinTolerance) {
    transfer.differenceExceptionId ??= raise(folding, 'transit-difference', shipmentId, figures);
  }
  fact(folding, 'transferReconciled', shipmentId, {
    shipmentId,
    dispatchedMg: sum(lines.map(({ massMg }) => massMg)).toString(),
    acceptedMg: transfer.acceptedMg.toString(),
    deductedMg: transfer.deductedMg.toString(),
    returnedMg: transfer.returnedMg.toString(),
    ...figures,
    withinTolerance,
    receipts: transfer.receiptIds.length,
  });
  watchTransfer(folding, shipment);
}
