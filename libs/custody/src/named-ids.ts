import type { TypedData } from '#contracts';

const BOOKED = [
  'piecesClassified',
  'piecesScanned',
  'feedMetered',
  'containerWeighed',
  'runStarted',
  'runClosed',
  'vehicleArrived',
  'weighingRecorded',
  'inspectionRecorded',
  'deliveryCompleted',
  'shipmentDispatched',
  'lotAssayed',
  'referenceAdopted',
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
    case 'containerWeighed':
    case 'runClosed':
      return { ...NONE, runs: [typed.data.runId] };
    case 'feedMetered':
      return { ...NONE, runs: [typed.data.runId], lots: [typed.data.lotId] };
    case 'runStarted': {
      const { runId, inputs, outlets } = typed.data;
      return { ...NONE, runs: [runId], lots: [...inputs, ...outlets.map(({ lotId }) => lotId)] };
    }
    case 'vehicleArrived':
    case 'weighingRecorded':
    case 'inspectionRecorded':
      return { ...NONE, visits: [typed.data.visitId] };
    case 'deliveryCompleted': {
      const { visitId, lines } = typed.data;
      return { ...NONE, visits: [visitId], lots: lines.map(({ lotId }) => lotId) };
    }
    case 'lotAssayed':
      return { ...NONE, lots: [typed.data.lotId] };
    case 'shipmentDispatched': {
      const { shipmentId, lines } = typed.data;
      return { ...NONE, shipments: [shipmentId], lots: lines.map(({ lotId }) => lotId) };
    }
    case 'referenceAdopted':
      return typed.data.reference === 'sites' ? { ...NONE, digests: [typed.data.digest] } : NONE;
  }
}

/** The id in the body that the `subject` attribute must name; null when the rules ask for none. */
export function subjectInBody(typed: BookedData): string | null {
  switch (typed.key) {
    case 'piecesClassified':
      return typed.data.scan.runId;
    case 'piecesScanned':
    case 'containerWeighed':
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
      return typed.data.lotId;
    case 'shipmentDispatched':
      return typed.data.shipmentId;
    case 'referenceAdopted':
      return null;
  }
}
