import {
  EVENTS,
  type EventAttributes,
  type EventDefinition,
  type EventEnvelope,
  PoisonError,
  type RejectReason,
  type StructuredEvent,
  decodeBody,
  decodeStructured,
  definitionOf,
  duplicateMember,
  maySend,
} from '#contracts';
import type { Caller } from '../registry/directory.js';
import { type BodyFormat, splitBody } from './split-body.js';

/** Why one event of a request was refused. What cannot be read from it is null. */
export interface EventProblem {
  /** Place in the request, from 0; null = the body as a whole. */
  readonly index: number | null;
  readonly source: string | null;
  readonly boot: number | null;
  readonly seq: number | null;
  readonly reason: RejectReason;
  /** `<path>: <what is wrong>`, several joined by `; `. */
  readonly detail: string;
}

/** All or nothing: one bad event refuses its request. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly events: readonly EventEnvelope[] }
  | { readonly kind: 'too-many'; readonly events: number }
  | { readonly kind: 'refused'; readonly problems: readonly EventProblem[] };

/** What a registrar may say while the version that enrols it is not announced yet. */
const ANNOUNCING: readonly string[] = [
  EVENTS.referenceAdopted.type,
  EVENTS.stationBooted.type,
  EVENTS.stationSealed.type,
];

/** Member of the body that the subject of each kind repeats; the others name the source. */
const SUBJECT_MEMBER = {
  run: 'runId',
  lot: 'lotId',
  visit: 'visitId',
  shipment: 'shipmentId',
  about: 'about',
};

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const DETAIL_MAX = 2_000;

export const isTraceparent = (text: string | undefined): text is string =>
  text !== undefined && TRACEPARENT.test(text);

/**
 * Turns the bytes of a request into events, once (design, section 8, rule 3): JSON, envelope, who
 * may say it, size, body, subject. `data` of an accepted event is the exact slice as it was sent.
 */
export function checkEvents(
  body: Buffer,
  format: BodyFormat,
  caller: Caller,
  eventsMax: number,
): Verdict {
  let slices: Buffer[];
  try {
    slices = splitBody(body, format);
  } catch (error) {
    return { kind: 'refused', problems: [problemOf(error, null, body)] };
  }
  if (slices.length > eventsMax) return { kind: 'too-many', events: slices.length };
  const events: EventEnvelope[] = [];
  const problems: EventProblem[] = [];
  slices.forEach((slice, index) => {
    try {
      events.push(checkEvent(slice, caller));
    } catch (error) {
      problems.push(problemOf(error, index, slice));
    }
  });
  return problems.length === 0 ? { kind: 'accepted', events } : { kind: 'refused', problems };
}

function checkEvent(json: Buffer, caller: Caller): EventEnvelope {
  const event = decodeStructured(json);
  const { attributes, data, body } = event;
  const definition = checkSpeaker(attributes, caller);
  if (data.length > definition.dataBytesMax) {
    const sizes = `${data.length} bytes, at most ${definition.dataBytesMax}`;
    throw new PoisonError(`data: ${sizes}`, 'too-large');
  }
  const twin = duplicateMember(data, body);
  if (twin !== undefined) {
    throw new PoisonError(`data: the member "${twin}" stands twice in one object`, 'data-invalid');
  }
  decodeBody(attributes.type, body);
  checkSubject(event, definition);
  if (attributes.traceparent !== undefined && !isTraceparent(attributes.traceparent)) {
    throw new PoisonError('traceparent: not as W3C Trace Context says', 'attributes-invalid');
  }
  return { attributes, data };
}

/** A source speaks for itself and only in the types of its kind. */
function checkSpeaker({ source, type }: EventAttributes, caller: Caller): EventDefinition {
  if (source !== caller.source) {
    throw new PoisonError(`source: the token is not that of "${source}"`, 'source-unknown');
  }
  const definition = definitionOf(type);
  if (definition === undefined) {
    throw new PoisonError(`type: "${type}" is not known`, 'type-unknown');
  }
  if (!maySend(caller.kind, definition)) {
    throw new PoisonError(`type: a ${caller.kind} may not send "${type}"`, 'type-not-allowed');
  }
  if (caller.pending && !ANNOUNCING.includes(type)) {
    const why = 'the version of the registry that enrols the source is not announced yet';
    throw new PoisonError(`type: "${type}" must wait: ${why}`, 'type-not-allowed');
  }
  return definition;
}

function checkSubject({ attributes, body }: StructuredEvent, definition: EventDefinition): void {
  const { subject: kind } = definition;
  const member = kind === 'station' || kind === 'site' ? undefined : SUBJECT_MEMBER[kind];
  const wanted =
    member === undefined ? attributes.source : (body as Readonly<Record<string, unknown>>)[member];
  if (attributes.subject === wanted) return;
  const what = member === undefined ? 'the source' : `data.${member}`;
  throw new PoisonError(
    `subject: "${attributes.subject}" is not ${what}, "${String(wanted)}"`,
    'attributes-invalid',
  );
}

function problemOf(error: unknown, index: number | null, json: Buffer): EventProblem {
  if (!(error instanceof PoisonError)) throw error;
  const { message, reason } = error;
  const detail = message.length > DETAIL_MAX ? `${message.slice(0, DETAIL_MAX)}…` : message;
  return { index, ...identityOf(index === null ? undefined : json), reason, detail };
}

/** Names the event as far as its bytes can be read, so that a station knows which seq to void. */
function identityOf(json: Buffer | undefined): Pick<EventProblem, 'source' | 'boot' | 'seq'> {
  const { source, boot, seq } = readObject(json);
  return {
    source: typeof source === 'string' ? source.slice(0, 128) : null,
    boot: typeof boot === 'number' ? boot : null,
    seq: typeof seq === 'number' ? seq : null,
  };
}

function readObject(json: Buffer | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = json === undefined ? undefined : JSON.parse(json.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // Not JSON: the problem itself says so.
    return {};
  }
}
