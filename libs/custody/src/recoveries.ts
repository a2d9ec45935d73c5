import type { DataOf } from '#contracts';
import type { Change, Erring, Plan } from './correction-plan.js';
import { raise } from './exceptions.js';
import type { Folding } from './folding.js';
import { beyondThreeSigma, square, sum, uncertaintyMg } from './mass.js';
import type { ShipmentState } from './model.js';
import type { Recovery } from './shipment-model.js';
import { shipmentSent } from './transfers.js';
import { transferOf } from './transit.js';
import { lookedUp } from './working-set.js';

type Stated = DataOf<'recoveryStated'>;

/** `recovery.stated`: what the recoverer got out of a shipment; it moves no mass of ours. */
export function recoveryStated(folding: Folding, stated: Stated): void {
  const { shipmentId, statementId } = stated;
  const shipment = shipmentSent(folding, shipmentId);
  const known = shipment.recovered ?? [];
  const problem = known.some((one) => one.statementId === statementId)
    ? 'stated before'
    : known.length >= folding.limits.receiptsMax
      ? `more than ${folding.limits.receiptsMax} statements`
      : undefined;
  if (problem !== undefined) {
    raise(folding, 'reference-conflict', shipmentId, { problem, statement: statementId });
    return;
  }
  shipment.recovered = [...known, recoveryOf(stated, folding.cause)];
  judgeRecovery(folding, shipment);
}

const recoveryOf = (stated: Stated, logIndex: number): Recovery => ({
  logIndex,
  statementId: stated.statementId,
  process: stated.process,
  elements: stated.recovered.map(({ element, massMg, uncertaintyMg: deviation, basis }) => ({
    element,
    massMg: BigInt(massMg),
    uncertaintyMg: BigInt(deviation),
    basis,
  })),
});

/** No more comes out of a shipment than was in it, whatever it was. Noted once a shipment. */
export function judgeRecovery(folding: Folding, shipment: ShipmentState): void {
  const { recovered = [], consignee, lines, shipmentId } = shipment;
  if (shipment.recoveryNoted === true || consignee === null || recovered.length === 0) return;
  const elements = recovered.flatMap((one) => one.elements);
  const recoveredMg = sum(elements.map(({ massMg }) => massMg));
  const sentMg = sum(lines.map(({ massMg }) => massMg));
  const variances = elements.map((one) => square(one.uncertaintyMg));
  const toleranceMg2 = transferOf(shipment).uncertaintyMg2 + sum(variances);
  if (recoveredMg <= sentMg || !beyondThreeSigma(recoveredMg - sentMg, toleranceMg2)) return;
  shipment.recoveryNoted = true;
  raise(folding, 'recovery-exceeds-shipment', shipmentId, {
    recoveredMg: recoveredMg.toString(),
    sentMg: sentMg.toString(),
    uncertaintyMg: uncertaintyMg(toleranceMg2).toString(),
  });
}

export function recoveryPlan(
  folding: Folding,
  { errs, original }: Erring,
  { before, after }: Change<Stated>,
): Plan | string {
  const shipmentId = original.attributes.subject;
  const shipment = lookedUp(folding.set.shipments, shipmentId);
  const others = shipment?.recovered?.filter(({ logIndex }) => logIndex !== errs) ?? [];
  if (before !== null && others.length === (shipment?.recovered?.length ?? 0)) {
    return 'it was not booked: another statement has its id';
  }
  if (after !== null && after.shipmentId !== shipmentId) {
    return 'the shipment cannot change; say it did not occur';
  }
  if (after !== null && others.some(({ statementId }) => statementId === after.statementId)) {
    return `${after.statementId} was stated by another event`;
  }
  const apply = (): void => {
    const corrected = shipmentSent(folding, shipmentId);
    const now = after === null ? others : [...others, recoveryOf(after, errs)];
    corrected.recovered = now.sort((a, b) => a.logIndex - b.logIndex);
    judgeRecovery(folding, corrected);
  };
  return { movedMg: 0n, lots: new Set(), apply };
}
