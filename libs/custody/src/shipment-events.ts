import type { EventAttributes } from '#contracts';
import type { Folding } from './folding.js';
import type { ShipmentData } from './named-ids.js';
import { recoveryStated } from './recoveries.js';
import { shipmentReceived } from './receipts.js';
import { shipmentReturned } from './returns.js';
import { shipmentDispatched } from './shipments.js';
import { transferNotified } from './transfers.js';

/** Events of shipments, at whichever of their two ends this site is. */
export function bookShipment(
  folding: Folding,
  typed: ShipmentData,
  attributes: EventAttributes,
): void {
  switch (typed.key) {
    case 'shipmentDispatched':
      shipmentDispatched(folding, typed.data);
      return;
    case 'shipmentReceived':
      shipmentReceived(folding, typed.data);
      return;
    case 'shipmentReturned':
      shipmentReturned(folding, typed.data);
      return;
    case 'recoveryStated':
      recoveryStated(folding, typed.data);
      return;
    case 'transferNotified':
      transferNotified(folding, typed.data, attributes);
      return;
  }
}
