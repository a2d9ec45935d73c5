import type { z } from 'zod';
import type { EventDefinition } from './define-event.js';
import { PoisonError } from './errors.js';
import type { StationKind } from './sites.js';
import { attachmentRecorded } from './events/attachment-recorded.js';
import { claimRequested } from './events/claim-requested.js';
import { confidentialKept } from './events/confidential-kept.js';
import { confidentialRecorded } from './events/confidential-recorded.js';
import { containerWeighed } from './events/container-weighed.js';
import { deliveryCompleted } from './events/delivery-completed.js';
import { devicesDismantled } from './events/devices-dismantled.js';
import { eventCorrected } from './events/event-corrected.js';
import { eventVoided } from './events/event-voided.js';
import { exceptionAcknowledged } from './events/exception-acknowledged.js';
import { exceptionClosedByOffice } from './events/exception-closed.js';
import { feedMetered } from './events/feed-metered.js';
import { fenceAdopted } from './events/fence-adopted.js';
import { fractionsObserved } from './events/fractions-observed.js';
import { gradingRequested } from './events/grading-requested.js';
import { inspectionRecorded } from './events/inspection-recorded.js';
import { lineResumed } from './events/line-resumed.js';
import { lineStopped } from './events/line-stopped.js';
import { lotAssayed } from './events/lot-assayed.js';
import { lotConditioned } from './events/lot-conditioned.js';
import { lotMoved } from './events/lot-moved.js';
import { lotQuarantined } from './events/lot-quarantined.js';
import { lotReleased } from './events/lot-released.js';
import { lotSplit } from './events/lot-split.js';
import { lotsBlended } from './events/lots-blended.js';
import { periodClosing } from './events/period-closing.js';
import { piecesClassified } from './events/pieces-classified.js';
import { piecesScanned } from './events/pieces-scanned.js';
import { processMetered } from './events/process-metered.js';
import { recordRejected } from './events/record-rejected.js';
import { recoveryStated } from './events/recovery-stated.js';
import { referenceAdopted } from './events/reference-adopted.js';
import { rulesAdopted } from './events/rules-adopted.js';
import { runClosed } from './events/run-closed.js';
import { runPaused } from './events/run-paused.js';
import { runStarted } from './events/run-started.js';
import { scaleVerified } from './events/scale-verified.js';
import { sensorCalibrated } from './events/sensor-calibrated.js';
import { shipmentDispatched } from './events/shipment-dispatched.js';
import { shipmentReceived } from './events/shipment-received.js';
import { shipmentReturned } from './events/shipment-returned.js';
import { stationBooted } from './events/station-booted.js';
import { stationKeychanged } from './events/station-keychanged.js';
import { stationSealed } from './events/station-sealed.js';
import { stockCounted } from './events/stock-counted.js';
import { transferNotified } from './events/transfer-notified.js';
import { vehicleArrived } from './events/vehicle-arrived.js';
import { weighingRecorded } from './events/weighing-recorded.js';
import { claimIssued } from './facts/claim-issued.js';
import { claimRefused } from './facts/claim-refused.js';
import { equivocationFound } from './facts/equivocation-found.js';
import { exceptionClosed } from './facts/exception-closed.js';
import { exceptionRaised } from './facts/exception-raised.js';
import { gapDeclared } from './facts/gap-declared.js';
import { gapFilled } from './facts/gap-filled.js';
import { lotWasBlended } from './facts/lot-blended.js';
import { lotConfirmed } from './facts/lot-confirmed.js';
import { lotDispatched } from './facts/lot-dispatched.js';
import { lotGraded } from './facts/lot-graded.js';
import { lotOpened } from './facts/lot-opened.js';
import { lotWasQuarantined } from './facts/lot-quarantined.js';
import { lotWasReleased } from './facts/lot-released.js';
import { lotWasSplit } from './facts/lot-split.js';
import { lotSuperseded } from './facts/lot-superseded.js';
import { periodClosed } from './facts/period-closed.js';
import { lotReceived } from './facts/lot-received.js';
import { runBalanced } from './facts/run-balanced.js';
import { runOpened } from './facts/run-opened.js';
import { transferReconciled } from './facts/transfer-reconciled.js';

/** What stations, the gateway and the classifier say. */
export const EVENTS = {
  stationBooted,
  stationSealed,
  stationKeychanged,
  eventVoided,
  sensorCalibrated,
  scaleVerified,
  attachmentRecorded,
  referenceAdopted,
  fenceAdopted,
  rulesAdopted,
  vehicleArrived,
  weighingRecorded,
  inspectionRecorded,
  deliveryCompleted,
  runStarted,
  runPaused,
  lineStopped,
  lineResumed,
  feedMetered,
  piecesScanned,
  piecesClassified,
  fractionsObserved,
  devicesDismantled,
  containerWeighed,
  lotAssayed,
  lotConditioned,
  lotsBlended,
  lotSplit,
  lotMoved,
  lotQuarantined,
  lotReleased,
  stockCounted,
  processMetered,
  runClosed,
  shipmentDispatched,
  gradingRequested,
  claimRequested,
  exceptionAcknowledged,
  exceptionClosedByOffice,
  periodClosing,
  shipmentReceived,
  shipmentReturned,
  transferNotified,
  recoveryStated,
  confidentialRecorded,
  confidentialKept,
  eventCorrected,
  recordRejected,
} as const;

/** What the ledger says; where an event has the same name, its fact is `…Was…`. */
export const FACTS = {
  lotOpened,
  lotConfirmed,
  lotGraded,
  lotWasQuarantined,
  lotWasReleased,
  lotWasBlended,
  lotWasSplit,
  lotDispatched,
  lotReceived,
  transferReconciled,
  runOpened,
  runBalanced,
  lotSuperseded,
  claimIssued,
  claimRefused,
  periodClosed,
  exceptionRaised,
  exceptionClosed,
  gapDeclared,
  gapFilled,
  equivocationFound,
} as const;

type Definitions = typeof EVENTS & typeof FACTS;
export type DefinitionKey = keyof Definitions;

/** Data of an event or fact, by its key in `EVENTS` or `FACTS`. */
export type DataOf<Key extends DefinitionKey> = z.infer<Definitions[Key]['schema']>;

/** An event with its data, told apart by `key`. */
export type TypedData = {
  [Key in DefinitionKey]: { readonly key: Key; readonly data: DataOf<Key> };
}[DefinitionKey];

const BY_TYPE: ReadonlyMap<string, readonly [DefinitionKey, EventDefinition]> = new Map(
  Object.entries({ ...EVENTS, ...FACTS }).map(
    ([key, definition]): [string, readonly [DefinitionKey, EventDefinition]] => [
      definition.type,
      [key as DefinitionKey, definition],
    ],
  ),
);

/** The definition of a CloudEvents type, or undefined. */
export const definitionOf = (type: string): EventDefinition | undefined => BY_TYPE.get(type)?.[1];

/**
 * Turns a parsed body into typed data, once. Throws a PoisonError naming every problem with its
 * path, as `massMg.3: too small`.
 */
export function decodeBody(type: string, body: unknown): TypedData {
  const found = BY_TYPE.get(type);
  if (found === undefined) throw new PoisonError(`type: "${type}" is not known`, 'type-unknown');
  const [key, definition] = found;
  if (definition.accepts?.(body) === true) return { key, data: body } as TypedData;
  const parsed = definition.schema.safeParse(body);
  if (!parsed.success) {
    throw new PoisonError(parsed.error.issues.map(describeIssue).join('; '), 'data-invalid');
  }
  return { key, data: parsed.data } as TypedData;
}

/** The same without the check, for bytes that this installation checked when they came in. */
export function trustBody(type: string, body: unknown): TypedData {
  const found = BY_TYPE.get(type);
  if (found === undefined) throw new PoisonError(`type: "${type}" is not known`, 'type-unknown');
  return { key: found[0], data: body } as TypedData;
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.');
  const at = path === '' ? '' : `${path}: `;
  return `${at}${issue.message}`;
}

/**
 * Whether a station of this kind may send this type. Ours are never for a station to send. The
 * ledger of another site has no spool and no seal: it says only what is for it alone to say.
 */
export function maySend(kind: StationKind, definition: EventDefinition): boolean {
  if (kind === 'peer-ledger') return definition.by.includes(kind);
  return definition.by.includes('every') || definition.by.includes(kind);
}
