import {
  type DataOf,
  EVENTS,
  type EventAttributes,
  type TypedData,
  decodeBody,
  digestsOf,
  siteOf,
} from '#contracts';
import type { StationEvent } from '../arbitraries/site-stream.js';
import type { Word } from './source-model.js';

/** What an event says, as far as masses and seqs go: the model's own reading of its body. */

export interface Side {
  readonly lot: string;
  readonly massMg: number;
}

export interface Taken extends Side {
  /** Nothing of the lot is left. */
  readonly all: boolean;
}

export interface Load {
  readonly shipment: string;
  readonly receipt: string;
  /** The site that says so; null: the sender's own office. */
  readonly by: string | null;
  readonly acceptedMg: number;
  readonly deductedMg: number;
  /** Nothing more of the shipment comes. */
  readonly last: boolean;
}

export type Deed =
  | { readonly what: 'nothing' }
  | { readonly what: 'deliver'; readonly lots: readonly Side[] }
  | Started
  | Closed
  | Reading
  | Weighed
  | Frame
  /** Mass of lots becomes mass of lots; `into`: what is left of a lot goes where it went. */
  | {
      readonly what: 'make';
      readonly inputs: readonly Taken[];
      readonly outputs: readonly Side[];
      readonly rest: 'into' | 'gone';
    }
  | { readonly what: 'condition'; readonly lot: string; readonly changeMg: number }
  | Dispatched
  | { readonly what: 'receipt'; readonly load: Load }
  | { readonly what: 'take-in'; readonly load: Load; readonly lines: readonly Side[] }
  | {
      readonly what: 'return';
      readonly shipment: string;
      readonly returned: string;
      readonly lines: readonly Side[];
      readonly last: boolean;
    }
  | { readonly what: 'boot'; readonly previous: number; readonly last: number | 'unknown' }
  | { readonly what: 'period'; readonly period: string }
  | Correction;

export interface Started {
  readonly what: 'start';
  readonly run: string;
  /** Lots behind outlet 0, 1 … */
  readonly outlets: readonly string[];
}

export interface Closed {
  readonly what: 'close';
  readonly run: string;
  readonly lossMg: number;
}

export interface Reading {
  readonly what: 'feed';
  /** Readings are cumulative by belt and boot, run and lot. */
  readonly belt: string;
  readonly run: string;
  readonly lot: string;
  readonly readMg: number;
}

export interface Weighed {
  readonly what: 'weigh';
  readonly run: string;
  readonly outlet: number;
  readonly massMg: number;
}

export interface Frame {
  readonly what: 'scan';
  readonly run: string;
  readonly pieces: readonly { readonly outlet: number; readonly massMg: number }[];
}

export interface Dispatched {
  readonly what: 'dispatch';
  readonly shipment: string;
  /** The site that alone may receive it; null: whoever does. */
  readonly to: string | null;
  readonly lines: readonly Taken[];
}

export interface Correction {
  readonly what: 'correct';
  /** `<source> <boot>.<seq>` of the event that erred, and where it is said to stand. */
  readonly of: string;
  readonly logIndex: number;
  /** Null: it did not occur. */
  readonly after: Deed | null;
  readonly corrected: object | null;
  /** By a second person. */
  readonly approved: boolean;
}

/** A mark has the seq of what it stands for, and a name of its own. */
export const markName = (name: string): string => `${name} marked`;

/** What is said of a seq, by the digest of its bytes or of those that a mark names. */
export function wordOf({ attributes, value }: StationEvent): Word {
  const { type, time } = attributes;
  const isMark = type === EVENTS.recordRejected.type || type === EVENTS.eventVoided.type;
  if (!isMark) {
    // The model never refuses a frame, whose digests are those of its scan.
    const isFrame = type === EVENTS.piecesClassified.type;
    const digest = isFrame ? time : digestsOf(attributes, value).attributes.toString('hex');
    return { digest, mark: null };
  }
  const { attributesSha256 } = JSON.parse(value.toString()) as Record<'attributesSha256', string>;
  const mark = type === EVENTS.eventVoided.type ? 'voided' : 'rejected';
  return { digest: attributesSha256, mark };
}

const NOTHING: Deed = { what: 'nothing' };

type Identity = Pick<EventAttributes, 'source' | 'boot' | 'seq'>;
export const nameOf = ({ source, boot, seq }: Identity): string => `${source} ${boot}.${seq}`;

export const deedOf = ({ attributes, value }: StationEvent): Deed =>
  deedIn(attributes, decodeBody(attributes.type, JSON.parse(value.toString())));

function deedIn(by: EventAttributes, typed: TypedData): Deed {
  const read = READERS[typed.key] as ((data: unknown, by: EventAttributes) => Deed) | undefined;
  return read?.(typed.data, by) ?? NOTHING;
}

/** Of events that move mass or seqs; what the others say the model has no eyes for. */
const READERS: {
  readonly [Key in TypedData['key']]?: (data: DataOf<Key>, by: EventAttributes) => Deed;
} = {
  deliveryCompleted: ({ lines }) => ({ what: 'deliver', lots: lines.map(sideOf) }),
  runStarted: ({ runId: run, outlets }) => ({
    what: 'start',
    run,
    outlets: outlets.map(({ lotId }) => lotId),
  }),
  runClosed: ({ runId: run, losses }) => ({ what: 'close', run, lossMg: total(losses) }),
  feedMetered: ({ runId: run, lotId: lot, cumulativeMg: readMg }, { source, boot }) => ({
    what: 'feed',
    belt: `${source} ${boot}`,
    run,
    lot,
    readMg,
  }),
  containerWeighed: ({ runId: run, outlet, massMg }) => ({ what: 'weigh', run, outlet, massMg }),
  piecesClassified: ({ scan }) => ({
    what: 'scan',
    run: scan.runId,
    pieces: scan.massMg.map((mg, at) => ({ outlet: scan.outlet[at]!, massMg: mg ?? 0 })),
  }),
  lotsBlended: ({ output, inputs }) => ({
    what: 'make',
    inputs: inputs.map(takenOf),
    outputs: [{ lot: output.lotId, massMg: total(inputs) }],
    rest: 'into',
  }),
  lotSplit: ({ lotId: lot, parts, all }) => ({
    what: 'make',
    inputs: [{ lot, massMg: total(parts), all }],
    outputs: parts.map(sideOf),
    rest: 'into',
  }),
  lotMoved: ({ lotId, onto }) =>
    onto === undefined
      ? NOTHING
      : {
          what: 'make',
          inputs: [takenOf({ ...onto, lotId })],
          outputs: [sideOf(onto)],
          rest: 'into',
        },
  stockCounted: ({ lotId: lot, massMg, into }) => ({
    what: 'make',
    inputs: [{ lot, massMg, all: true }],
    outputs: into === undefined ? [] : [{ lot: into.lotId, massMg }],
    rest: 'gone',
  }),
  lotConditioned: ({ lotId: lot, changeMg }) => ({ what: 'condition', lot, changeMg }),
  shipmentDispatched: ({ shipmentId: shipment, consigneeSite: to = null, lines }) => ({
    what: 'dispatch',
    shipment,
    to,
    lines: lines.map(takenOf),
  }),
  transferNotified: (notice, { source }) => ({
    what: 'receipt',
    load: loadIn(notice, siteOf(source)),
  }),
  shipmentReceived: (received, { siteid }) =>
    siteOf(received.shipmentId) === siteid
      ? { what: 'receipt', load: loadIn(received, null) }
      : { what: 'take-in', load: loadIn(received, siteid), lines: received.lines.map(sideOf) },
  shipmentReturned: ({ shipmentId: shipment, returnId: returned, lines, remainder }) => ({
    what: 'return',
    shipment,
    returned,
    lines: lines.map(sideOf),
    last: remainder === 'none',
  }),
  stationBooted: ({ previousBoot: previous, previousLastSeq: last }) =>
    previous === null ? NOTHING : { what: 'boot', previous, last },
  periodClosing: ({ periodId: period }) => ({ what: 'period', period }),
  eventCorrected: (correction, by) => correctionIn(by, correction),
};

const sideOf = ({ lotId, massMg }: { lotId: string; massMg: number }): Side => ({
  lot: lotId,
  massMg,
});

const takenOf = (line: { lotId: string; massMg: number; all: boolean }): Taken => ({
  ...sideOf(line),
  all: line.all,
});

const total = (lines: readonly { massMg: number }[] = []): number =>
  lines.reduce((sum, { massMg }) => sum + massMg, 0);

export const loadIn = (
  said: Pick<
    DataOf<'transferNotified'>,
    'shipmentId' | 'receiptId' | 'acceptedMg' | 'deductions' | 'remainder'
  >,
  by: string | null,
): Load => ({
  shipment: said.shipmentId,
  receipt: said.receiptId,
  by,
  acceptedMg: said.acceptedMg,
  deductedMg: total(said.deductions),
  last: said.remainder === 'none',
});

function correctionIn(
  { actor }: EventAttributes,
  { errs, corrected, approvedBy }: DataOf<'eventCorrected'>,
): Correction {
  const [boot, seq] = errs.id.split('.').map(Number) as [number, number];
  const by = { source: errs.source, boot, seq, type: errs.type, time: '', subject: '', siteid: '' };
  return {
    what: 'correct',
    of: nameOf(by),
    logIndex: errs.logIndex,
    after: corrected === undefined ? null : deedIn(by, decodeBody(errs.type, corrected)),
    corrected: corrected ?? null,
    approved: approvedBy !== undefined && approvedBy !== actor,
  };
}
