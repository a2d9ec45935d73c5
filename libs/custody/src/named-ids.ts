import type { DataOf, TypedData } from '#contracts';

const BOOKED = [
  'piecesClassified',
  'piecesScanned',
  'devicesDismantled',
  'fractionsObserved',
  'feedMetered',
  'containerWeighed',
  'processMetered',
  'runStarted',
  'runClosed',
  'vehicleArrived',
  'weighingRecorded',
  'inspectionRecorded',
  'deliveryCompleted',
  'shipmentDispatched',
  'shipmentReceived',
  'shipmentReturned',
  'transferNotified',
  'recoveryStated',
  'lotAssayed',
  'lotsBlended',
  'lotSplit',
  'lotMoved',
  'lotQuarantined',
  'lotReleased',
  'lotConditioned',
  'stockCounted',
  'referenceAdopted',
  'scaleVerified',
  'sensorCalibrated',
  'rulesAdopted',
  'claimRequested',
  'exceptionAcknowledged',
  'exceptionClosedByOffice',
  'periodClosing',
  'gradingRequested',
  'eventCorrected',
] as const;

/** Events that change states or books; the others only enter the log. */
export type BookedData = Extract<TypedData, { readonly key: (typeof BOOKED)[number] }>;

const BOOKED_KEYS: ReadonlySet<string> = new Set(BOOKED);

export const isBooked = (typed: TypedData): typed is BookedData => BOOKED_KEYS.has(typed.key);

/** What the body of an event names: must be loaded before it is booked. */
export interface NamedIds {
  readonly lots: readonly string[];
  readonly runs: readonly string[];
  readonly visits: readonly string[];
  readonly shipments: readonly string[];
  /** Registry bodies that it puts in force. */
  readonly digests: readonly string[];
}

const NONE: NamedIds = { lots: [], runs: [], visits: [], shipments: [], digests: [] };

export function namedIds(typed: BookedData): NamedIds {
  switch (typed.key) {
    case 'piecesClassified':
      return { ...NONE, runs: [typed.data.scan.runId] };
    case 'piecesScanned':
    case 'devicesDismantled':
    case 'fractionsObserved':
    case 'containerWeighed':
    case 'processMetered':
    case 'runClosed':
      return { ...NONE, runs: [typed.data.runId] };
    case 'feedMetered':
      return { ...NONE, runs: [typed.data.runId], lots: [typed.data.lotId] };
    case 'runStarted':
      return startedIds(typed.data);
    case 'vehicleArrived':
    case 'weighingRecorded':
    case 'inspectionRecorded':
      return { ...NONE, visits: [typed.data.visitId] };
    case 'deliveryCompleted':
      return deliveredIds(typed.data);
    case 'lotAssayed':
    case 'lotQuarantined':
    case 'lotReleased':
    case 'lotConditioned':
    case 'gradingRequested':
      return { ...NONE, lots: [typed.data.lotId] };
    case 'lotsBlended': {
      const { output, inputs } = typed.data;
      return { ...NONE, lots: [output.lotId, ...inputs.map(({ lotId }) => lotId)] };
    }
    case 'lotSplit': {
      const { lotId: from, parts } = typed.data;
      return { ...NONE, lots: [from, ...parts.map(({ lotId }) => lotId)] };
    }
    case 'lotMoved':
      return { ...NONE, lots: present(typed.data.lotId, typed.data.onto?.lotId) };
    case 'stockCounted':
      return { ...NONE, lots: present(typed.data.lotId, typed.data.into?.lotId) };
    case 'shipmentDispatched':
    case 'shipmentReceived':
    case 'shipmentReturned':
    case 'transferNotified':
    case 'recoveryStated':
      return shipmentIds(typed);
    case 'referenceAdopted':
      return typed.data.reference === 'sites' ? { ...NONE, digests: [typed.data.digest] } : NONE;
    case 'claimRequested':
      return typed.data.lotId === undefined ? NONE : { ...NONE, lots: [typed.data.lotId] };
    case 'scaleVerified':
    case 'sensorCalibrated':
    case 'rulesAdopted':
    case 'exceptionAcknowledged':
    case 'exceptionClosedByOffice':
    case 'periodClosing':
    case 'eventCorrected':
      return NONE;
  }
}

const deliveredIds = ({ visitId, lines }: DataOf<'deliveryCompleted'>): NamedIds => ({
  ...NONE,
  visits: [visitId],
  lots: lines.map(({ lotId }) => lotId),
});

const startedIds = ({ runId, inputs, outlets }: DataOf<'runStarted'>): NamedIds => ({
  ...NONE,
  runs: [runId],
  lots: [...inputs, ...outlets.map(({ lotId }) => lotId)],
});

type ShipmentKey =
  | 'shipmentDispatched'
  | 'shipmentReceived'
  | 'shipmentReturned'
  | 'transferNotified'
  | 'recoveryStated';

/** Events of shipments, at whichever of their two ends this site is. */
export type ShipmentData = Extract<BookedData, { readonly key: ShipmentKey }>;

function shipmentIds(typed: ShipmentData): NamedIds {
  switch (typed.key) {
    case 'shipmentDispatched': {
      const { shipmentId, lines } = typed.data;
      return { ...NONE, shipments: [shipmentId], lots: lines.map(({ lotId }) => lotId) };
    }
    case 'shipmentReceived': {
      const { shipmentId, visitId, lines } = typed.data;
      const lots = lines.map(({ lotId }) => lotId);
      return { ...NONE, shipments: [shipmentId], lots, visits: present(visitId) };
    }
    case 'shipmentReturned': {
      const { shipmentId, visitId, lines } = typed.data;
      const lots = lines.flatMap(({ lotId, fromLotId }) => present(lotId, fromLotId));
      return { ...NONE, shipments: [shipmentId], lots, visits: present(visitId) };
    }
    case 'transferNotified':
    case 'recoveryStated':
      return { ...NONE, shipments: [typed.data.shipmentId] };
  }
}

const present = (...ids: readonly (string | undefined)[]): string[] =>
  ids.filter((id) => id !== undefined);

/** The id in the body that the `subject` attribute must name; null when the rules ask for none. */
export function subjectInBody(typed: BookedData): string | null {
  switch (typed.key) {
    case 'piecesClassified':
      return typed.data.scan.runId;
    case 'piecesScanned':
    case 'devicesDismantled':
    case 'fractionsObserved':
    case 'containerWeighed':
    case 'processMetered':
    case 'feedMetered':
    case 'runStarted':
    case 'runClosed':
      return typed.data.runId;
    case 'vehicleArrived':
    case 'weighingRecorded':
    case 'inspectionRecorded':
    case 'deliveryCompleted':
      return typed.data.visitId;
    case 'lotAssayed':
    case 'lotSplit':
    case 'lotMoved':
    case 'lotQuarantined':
    case 'lotReleased':
    case 'lotConditioned':
    case 'stockCounted':
    case 'gradingRequested':
      return typed.data.lotId;
    case 'lotsBlended':
      return typed.data.output.lotId;
    case 'shipmentDispatched':
    case 'shipmentReturned':
    case 'transferNotified':
    case 'recoveryStated':
      return typed.data.shipmentId;
    case 'shipmentReceived':
      return typed.data.receiptId;
    case 'referenceAdopted':
    case 'scaleVerified':
    case 'sensorCalibrated':
    case 'rulesAdopted':
    case 'claimRequested':
    case 'exceptionAcknowledged':
    case 'exceptionClosedByOffice':
    case 'periodClosing':
    case 'eventCorrected':
      return null;
  }
}
