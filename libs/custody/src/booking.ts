import { type EventAttributes, siteOf } from '#contracts';
import { lotAssayed } from './assays.js';
import {
  deliveryCompleted,
  inspectionRecorded,
  vehicleArrived,
  weighingRecorded,
} from './deliveries.js';
import { sensorCalibrated } from './calibrations.js';
import { raise } from './exceptions.js';
import type { Folding } from './folding.js';
import { dismantledFrame } from './dismantled.js';
import { compareEstimates } from './estimates.js';
import { placeReadings } from './placements.js';
import { classifiedFrame, scannedFrame } from './frames.js';
import { gradeLate } from './grading.js';
import { processMetered } from './meters.js';
import type { RunState, StreamRecord } from './model.js';
import { type BookedData, isBooked, namedIds, subjectInBody } from './named-ids.js';
import { bookOffice } from './office.js';
import { referenceAdopted } from './references.js';
import { containerWeighed, feedMetered, runClosed, runStarted } from './runs.js';
import { scaleVerified } from './scale-watches.js';
import { bookShipment } from './shipment-events.js';
import { observedWindow } from './windows.js';
import { bookYard } from './yard.js';

/** Books an entered event, unless it contradicts itself; then an exception says why not. */
export function book(folding: Folding, { typed, attributes }: StreamRecord): void {
  // A reject fills its slot and its trace is in the log; there is nothing that could be booked.
  if (typed.key === 'recordRejected') folding.counts.rejected++;
  if (!isBooked(typed)) return;
  const { source, subject } = attributes;
  const named = subjectInBody(typed);
  if (named !== null && named !== subject) {
    raise(folding, 'subject-mismatch', source, { subject, body: named });
    return;
  }
  const foreign = foreignId(folding, typed);
  if (foreign !== undefined) {
    // Lots and runs of another site are in its log, not in this one.
    raise(folding, 'body-invalid', source, { problem: `of another site: ${foreign}` });
    return;
  }
  dispatch(folding, typed, attributes);
}

function foreignId(folding: Folding, typed: BookedData): string | undefined {
  // A frame names its run alone, and that is the subject, whose site was checked on arrival.
  if (typed.key === 'piecesClassified') return undefined;
  // A request is refused by a fact of its own.
  if (typed.key === 'claimRequested') return undefined;
  const { lots, runs, visits, shipments } = namedIds(typed);
  if (typed.key === 'shipmentReceived') {
    // What arrives may be a shipment of another site; what it opens is of this one.
    return [...lots, ...visits].find((id) => siteOf(id) !== folding.site.siteId);
  }
  const { siteId } = folding.site;
  return [...lots, ...runs, ...visits, ...shipments].find((id) => siteOf(id) !== siteId);
}

function dispatch(folding: Folding, typed: BookedData, attributes: EventAttributes): void {
  switch (typed.key) {
    case 'piecesClassified':
    case 'piecesScanned':
    case 'devicesDismantled':
    case 'fractionsObserved':
      bookSeen(folding, typed, attributes);
      return;
    case 'feedMetered':
    case 'containerWeighed':
    case 'processMetered':
    case 'runStarted':
    case 'runClosed':
      bookRun(folding, typed, attributes);
      return;
    case 'vehicleArrived':
    case 'weighingRecorded':
    case 'inspectionRecorded':
    case 'deliveryCompleted':
      bookVisit(folding, typed);
      return;
    case 'shipmentDispatched':
    case 'shipmentReceived':
    case 'shipmentReturned':
    case 'transferNotified':
    case 'recoveryStated':
      bookShipment(folding, typed, attributes);
      return;
    case 'lotAssayed':
      lotAssayed(folding, typed.data);
      return;
    case 'lotsBlended':
    case 'lotSplit':
    case 'lotMoved':
    case 'lotQuarantined':
    case 'lotReleased':
    case 'lotConditioned':
    case 'stockCounted':
      bookYard(folding, typed, attributes);
      return;
    case 'referenceAdopted':
      referenceAdopted(folding, typed.data);
      return;
    case 'scaleVerified':
      scaleVerified(folding, typed.data);
      return;
    case 'sensorCalibrated':
      sensorCalibrated(folding, typed.data);
      return;
    case 'rulesAdopted':
    case 'gradingRequested':
    case 'claimRequested':
    case 'exceptionAcknowledged':
    case 'exceptionClosedByOffice':
    case 'periodClosing':
    case 'eventCorrected':
      bookOffice(folding, typed, attributes);
      return;
  }
}

type SeenKey = 'piecesClassified' | 'piecesScanned' | 'devicesDismantled' | 'fractionsObserved';

function bookSeen(
  folding: Folding,
  typed: Extract<BookedData, { readonly key: SeenKey }>,
  attributes: EventAttributes,
): void {
  switch (typed.key) {
    case 'piecesClassified':
      judgeLate(folding, classifiedFrame(folding, typed.data, attributes), typed.data.scan.outlet);
      return;
    case 'piecesScanned':
      judgeLate(folding, scannedFrame(folding, typed.data, attributes), typed.data.outlet);
      return;
    case 'devicesDismantled':
      compareEstimates(folding, dismantledFrame(folding, typed.data));
      return;
    case 'fractionsObserved': {
      const run = observedWindow(folding, typed.data);
      if (run !== null) judgeLate(folding, run, [typed.data.outlet!]);
      return;
    }
  }
}

type RunKey = 'feedMetered' | 'containerWeighed' | 'processMetered' | 'runStarted' | 'runClosed';

function bookRun(
  folding: Folding,
  typed: Extract<BookedData, { readonly key: RunKey }>,
  attributes: EventAttributes,
): void {
  switch (typed.key) {
    case 'feedMetered':
      feedMetered(folding, typed.data, attributes);
      return;
    case 'containerWeighed':
      containerWeighed(folding, typed.data);
      return;
    case 'processMetered':
      processMetered(folding, typed.data, attributes);
      return;
    case 'runStarted':
      runStarted(folding, typed.data);
      return;
    case 'runClosed':
      runClosed(folding, typed.data, attributes);
      return;
  }
}

/** What is said of a balanced run holds for what came after the balance, too. */
function judgeLate(folding: Folding, run: RunState, outlets: readonly number[]): void {
  if (run.status !== 'balanced') return;
  compareEstimates(folding, run);
  placeReadings(folding, run);
  gradeLate(folding, run, outlets);
}

type VisitKey = 'vehicleArrived' | 'weighingRecorded' | 'inspectionRecorded' | 'deliveryCompleted';

function bookVisit(folding: Folding, typed: Extract<BookedData, { readonly key: VisitKey }>): void {
  switch (typed.key) {
    case 'vehicleArrived':
      vehicleArrived(folding, typed.data);
      return;
    case 'weighingRecorded':
      weighingRecorded(folding, typed.data);
      return;
    case 'inspectionRecorded':
      inspectionRecorded(folding, typed.data);
      return;
    case 'deliveryCompleted':
      deliveryCompleted(folding, typed.data);
      return;
  }
}
