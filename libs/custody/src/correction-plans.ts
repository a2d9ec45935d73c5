import type { DataOf } from '#contracts';
import {
  assayPlan,
  deliveryPlan,
  inspectionPlan,
  shipmentPlan,
  vehiclePlan,
  weighingPlan,
} from './correct-gate.js';
import { closingPlan, containerPlan, feedPlan, framePlan, startPlan } from './correct-line.js';
import type { Folding } from './folding.js';
import type { StreamRecord } from './model.js';
import type { Change, Erring, Plan } from './correction-plan.js';
import { meterPlan } from './meters.js';
import { recoveryPlan } from './recoveries.js';
import type { BookedData } from './named-ids.js';
import { holds } from './slots.js';
import { bootKey } from './working-set.js';

/** The plan, or why there can be none. */
export function planOf(
  folding: Folding,
  erring: Erring & { readonly key: BookedData['key'] },
  before: BookedData | null,
  after: BookedData | null,
): Plan | string {
  const change = <Key extends BookedData['key']>(key: Key): Change<DataOf<Key>> => ({
    before: before?.key === key ? (before.data as DataOf<Key>) : null,
    after: after?.key === key ? (after.data as DataOf<Key>) : null,
  });
  switch (erring.key) {
    case 'deliveryCompleted':
      return deliveryPlan(folding, erring, change('deliveryCompleted'));
    case 'weighingRecorded':
    case 'vehicleArrived':
    case 'inspectionRecorded':
      return visitPlan(folding, { ...erring, key: erring.key }, change);
    case 'shipmentDispatched':
      return shipmentPlan(folding, erring, change('shipmentDispatched'));
    case 'recoveryStated':
      return recoveryPlan(folding, erring, change('recoveryStated'));
    case 'lotAssayed':
      return assayPlan(folding, erring, change('lotAssayed'));
    case 'feedMetered':
    case 'containerWeighed':
    case 'processMetered':
    case 'runStarted':
    case 'runClosed':
      return runPlan(folding, { ...erring, key: erring.key }, change);
    case 'piecesScanned':
    case 'piecesClassified':
    case 'devicesDismantled':
    case 'fractionsObserved':
      return framePlan(folding, erring, before, after);
    case 'lotsBlended':
    case 'lotSplit':
    case 'lotMoved':
    case 'lotConditioned':
    case 'stockCounted':
    case 'lotQuarantined':
    case 'lotReleased':
      return 'the yard puts it right by another operation, or by counting the lot';
    case 'shipmentReceived':
    case 'shipmentReturned':
    case 'transferNotified':
      return 'the end that weighed it puts it right by another receipt or return';
    case 'scaleVerified':
    case 'sensorCalibrated':
    case 'referenceAdopted':
    case 'rulesAdopted':
    case 'gradingRequested':
    case 'claimRequested':
    case 'exceptionAcknowledged':
    case 'exceptionClosedByOffice':
    case 'periodClosing':
    case 'eventCorrected':
      return 'it is corrected by another request, a scale by verifying it again';
  }
}

type RunKey = 'feedMetered' | 'containerWeighed' | 'processMetered' | 'runStarted' | 'runClosed';

function runPlan(
  folding: Folding,
  erring: Erring & { readonly key: RunKey },
  change: <Key extends RunKey>(key: Key) => Change<DataOf<Key>>,
): Plan | string {
  switch (erring.key) {
    case 'feedMetered':
      return feedPlan(folding, erring, change('feedMetered'));
    case 'containerWeighed':
      return containerPlan(folding, change('containerWeighed'));
    case 'processMetered':
      return meterPlan(folding, erring, change('processMetered'));
    case 'runStarted':
      return startPlan(folding, erring, change('runStarted'));
    case 'runClosed':
      return closingPlan(folding, erring, change('runClosed'));
  }
}

type VisitKey = 'weighingRecorded' | 'vehicleArrived' | 'inspectionRecorded';

function visitPlan(
  folding: Folding,
  erring: Erring & { readonly key: VisitKey },
  change: <Key extends VisitKey>(key: Key) => Change<DataOf<Key>>,
): Plan | string {
  switch (erring.key) {
    case 'weighingRecorded':
      return weighingPlan(folding, change('weighingRecorded'));
    case 'vehicleArrived':
      return vehiclePlan(folding, change('vehicleArrived'));
    case 'inspectionRecorded':
      return inspectionPlan(folding, erring, change('inspectionRecorded'));
  }
}

/** Null, or why the event was entered and not booked, so that there is nothing to correct. */
export function strayProblem(folding: Folding, { attributes }: StreamRecord): string | null {
  const { source, boot, seq } = attributes;
  const state = folding.set.boots.get(bootKey(source, boot));
  const isStray = state?.strays !== undefined && holds(state.strays, seq);
  return isStray ? 'it came after a higher boot had spoken' : null;
}
