import {
  type EntryMode,
  type EventAttributes,
  type EventEnvelope,
  assertAttributes,
  eventId,
} from './attributes.js';
import { PoisonError } from './errors.js';
import { memberSpans } from './json-span.js';
import { goodTraceparent } from './trace-context.js';

/** Kafka record headers as kafkajs gives them. */
export type RecordHeaders = Readonly<
  Record<string, Buffer | string | (Buffer | string)[] | undefined>
>;

const CONTENT_TYPE = 'application/json';

/** Headers that are not part of the event but of its way: who added what, when. */
export const INGEST_TIME_HEADER = 'ingesttime';
export const RECORD_TIME_HEADER = 'recordtime';

/** CloudEvents Kafka binding, binary mode: one header an attribute. */
export function encodeHeaders(attributes: EventAttributes): Record<string, string> {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: eventId(attributes),
    ce_source: attributes.source,
    ce_type: attributes.type,
    ce_time: attributes.time,
    ce_subject: attributes.subject,
    ce_siteid: attributes.siteid,
    ce_boot: String(attributes.boot),
    ce_seq: String(attributes.seq),
    'content-type': CONTENT_TYPE,
  };
  if (attributes.actor !== undefined) headers['ce_actor'] = attributes.actor;
  if (attributes.entrymode !== undefined) headers['ce_entrymode'] = attributes.entrymode;
  if (attributes.dataschema !== undefined) headers['ce_dataschema'] = attributes.dataschema;
  if (attributes.traceparent !== undefined) headers['ce_traceparent'] = attributes.traceparent;
  return headers;
}

function headerText(headers: RecordHeaders, name: string): string | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value)) {
    throw new PoisonError(`header ${name} stands ${value.length} times`, 'attributes-invalid');
  }
  return typeof value === 'string' ? value : value.toString('utf8');
}

const textOf = (value: RecordHeaders[string]): unknown =>
  Buffer.isBuffer(value) ? value.toString('latin1') : value;

/**
 * Reads the attributes of a record in binary mode. Throws a PoisonError naming every problem; a
 * malformed `traceparent` is none, but dropped.
 */
export function decodeHeaders(headers: RecordHeaders): EventAttributes {
  const required = (name: string): string => {
    const text = headerText(headers, name);
    if (text === undefined)
      throw new PoisonError(`header ${name} is missing`, 'attributes-invalid');
    return text;
  };
  const version = required('ce_specversion');
  if (version !== '1.0') {
    throw new PoisonError(`ce_specversion is "${version}", not "1.0"`, 'attributes-invalid');
  }
  const attributes = withOptional(
    {
      source: required('ce_source'),
      boot: wholeNumber('ce_boot', required('ce_boot')),
      seq: wholeNumber('ce_seq', required('ce_seq')),
      type: required('ce_type'),
      time: required('ce_time'),
      subject: required('ce_subject'),
      siteid: required('ce_siteid'),
    },
    (name) => headerText(headers, `ce_${name}`),
    textOf(headers['ce_traceparent']),
  );
  assertIdMatches(required('ce_id'), attributes);
  assertAttributes(attributes);
  return attributes;
}

function wholeNumber(name: string, text: string): number {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) {
    throw new PoisonError(`${name} "${text}" is not a whole number`, 'attributes-invalid');
  }
  return Number(text);
}

function withOptional(
  required: Omit<EventAttributes, 'actor' | 'entrymode' | 'dataschema' | 'traceparent'>,
  read: (name: string) => string | undefined,
  saidTraceparent: unknown,
): EventAttributes {
  const actor = read('actor');
  // assertAttributes refuses whatever is none of ENTRY_MODES.
  const entrymode = read('entrymode') as EntryMode | undefined;
  const dataschema = read('dataschema');
  const traceparent = goodTraceparent(saidTraceparent);
  return {
    ...required,
    ...(actor === undefined ? {} : { actor }),
    ...(entrymode === undefined ? {} : { entrymode }),
    ...(dataschema === undefined ? {} : { dataschema }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

function assertIdMatches(id: string, attributes: EventAttributes): void {
  if (id !== eventId(attributes)) {
    throw new PoisonError(
      `id "${id}" is not <boot>.<seq> = "${eventId(attributes)}"`,
      'attributes-invalid',
    );
  }
}

const STRUCTURED_MEMBERS = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'time',
  'subject',
  'siteid',
  'boot',
  'seq',
  'actor',
  'entrymode',
  'dataschema',
  'traceparent',
  // Of the extension that traceparent is of; taken, and of no use to us.
  'tracestate',
  'datacontenttype',
  'data',
]);

/** A structured event, its parsed data, and its data bytes exactly as they were sent. */
export interface StructuredEvent extends EventEnvelope {
  readonly body: unknown;
}

/**
 * Reads one CloudEvent in structured mode (JSON). `data` is the exact slice of the input bytes.
 * Throws a PoisonError that names what is wrong and where.
 */
export function decodeStructured(json: Buffer): StructuredEvent {
  const event = parseObject(json);
  const spans = memberSpans(json);
  const unknown = [...spans.keys()].filter((name) => !STRUCTURED_MEMBERS.has(name));
  if (unknown.length > 0) {
    throw new PoisonError(`unknown attribute: ${unknown.join(', ')}`, 'attributes-invalid');
  }
  const text = (name: string): string => {
    const value = event[name];
    if (typeof value !== 'string') {
      throw new PoisonError(`${name}: not a string`, 'attributes-invalid');
    }
    return value;
  };
  const number = (name: string): number => {
    const value = event[name];
    if (typeof value !== 'number') {
      throw new PoisonError(`${name}: not a number`, 'attributes-invalid');
    }
    return value;
  };
  if (text('specversion') !== '1.0') {
    throw new PoisonError('specversion: not "1.0"', 'attributes-invalid');
  }
  if (event['datacontenttype'] !== undefined && event['datacontenttype'] !== CONTENT_TYPE) {
    throw new PoisonError(`datacontenttype: not "${CONTENT_TYPE}"`, 'attributes-invalid');
  }
  const attributes = withOptional(
    {
      source: text('source'),
      boot: number('boot'),
      seq: number('seq'),
      type: text('type'),
      time: text('time'),
      subject: text('subject'),
      siteid: text('siteid'),
    },
    (name) => (event[name] === undefined ? undefined : text(name)),
    event['traceparent'],
  );
  assertIdMatches(text('id'), attributes);
  assertAttributes(attributes);
  const span = spans.get('data');
  if (span === undefined) throw new PoisonError('data: missing', 'data-invalid');
  return { attributes, data: json.subarray(span.start, span.end), body: event['data'] };
}

function parseObject(json: Buffer): Record<string, unknown> {
  const value = parseJson(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PoisonError('the event is not a JSON object', 'data-not-json');
  }
  return value as Record<string, unknown>;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Parses JSON bytes; invalid UTF-8 is refused, not repaired. Throws a PoisonError. */
export function parseJson(json: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(json));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unreadable';
    throw new PoisonError(`not JSON: ${why}`, 'data-not-json', { cause });
  }
}
