import type { DataOf } from '#contracts';
import { transit } from './accounts.js';
import { noteDelivered } from './deliveries.js';
import { raise } from './exceptions.js';
import { fact } from './facts.js';
import type { Folding } from './folding.js';
import { mixIn } from './lot-custody.js';
import { step } from './lot-states.js';
import { addParent, arriveInLot, openLot } from './lots.js';
import { square, sum } from './mass.js';
import type { ShipmentState } from './model.js';
import { complete, reconcile, shipmentSent } from './transfers.js';
import { coverTransit, transferOf } from './transit.js';
import { lookedUp } from './working-set.js';

type Returned = DataOf<'shipmentReturned'>;

/** `shipment.returned`: what the consignee did not take is weighed again and goes into lots. */
export function shipmentReturned(folding: Folding, returned: Returned): void {
  const { shipmentId, returnId, visitId, lines, remainder } = returned;
  const shipment = shipmentSent(folding, shipmentId);
  const { returnIds } = transferOf(shipment);
  const problem = returnIds.includes(returnId)
    ? 'returned before'
    : returnIds.length >= folding.limits.receiptsMax
      ? `more than ${folding.limits.receiptsMax} returns`
      : undefined;
  if (problem !== undefined) {
    raise(folding, 'reference-conflict', shipmentId, { problem, return: returnId });
    return;
  }
  returnIds.push(returnId);
  for (const line of lines) returnLine(folding, shipment, returned, line);
  if (visitId !== undefined) {
    const massMg = sum(lines.map((line) => BigInt(line.massMg)));
    const varianceMg2 = sum(lines.map((line) => square(line.uncertaintyMg)));
    const lotIds = lines.map(({ lotId }) => lotId);
    noteDelivered(folding, visitId, { massMg, varianceMg2, lotIds });
  }
  if (remainder === 'none') complete(folding, shipment);
  reconcile(folding, shipment);
}

function returnLine(
  folding: Folding,
  shipment: ShipmentState,
  { shipmentId, returnId, visitId }: Returned,
  line: Returned['lines'][number],
): void {
  const { lotId, fromLotId } = line;
  const massMg = BigInt(line.massMg);
  const varianceMg2 = square(line.uncertaintyMg);
  const lot = openLot(folding, {
    lotId,
    origin: 'return',
    stream: line.stream,
    materialClass: line.declaredGrade,
    ewc: line.ewc,
    ...(visitId === undefined ? {} : { visitId }),
  });
  step(folding, lot, 'filled', returnId);
  if (fromLotId !== undefined) addParent(lot, fromLotId);
  const transfer = transferOf(shipment);
  coverTransit(folding, shipment, massMg);
  const from = fromLotId === undefined ? null : lookedUp(folding.set.lots, fromLotId);
  mixIn(folding, lot, from?.custody ?? null, massMg);
  arriveInLot(folding, lot, {
    account: transit(shipmentId),
    massMg,
    varianceMg2,
    code: 'return',
  });
  transfer.transit.creditsMg += massMg;
  transfer.returnedMg += massMg;
  transfer.uncertaintyMg2 += varianceMg2;
  fact(folding, 'lotReceived', lotId, {
    lotId,
    shipmentId,
    receiptId: returnId,
    ...(fromLotId === undefined ? {} : { fromLotId }),
    massMg: line.massMg.toString(),
    uncertaintyMg: line.uncertaintyMg.toString(),
  });
}
