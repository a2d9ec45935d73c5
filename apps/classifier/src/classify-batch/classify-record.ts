import type { Buffer } from 'node:buffer';
import {
  EVENTS,
  type EventAttributes,
  FACTS,
  INGEST_TIME_HEADER,
  OWN_SOURCE,
  type PieceFrame,
  PoisonError,
  type RecordHeaders,
  decodeBody,
  decodeHeaders,
  definitionOf,
  parseJson,
} from '#contracts';
import type { KafkaRecord, OutgoingRecord } from '#kafka';
import { classifyFrame, isDeviceFrame, pieceModel, readingsOf, recogniseFrame } from '#materials';
import { encodeClassifiedFrame, encodeRecognisedFrame } from './encode-classification.js';
import { isPieceFrame } from './piece-frame-check.js';

/** Where the mapped record goes: the same partition of the classified stream. */
export interface Target {
  readonly topic: string;
  readonly partition: number;
}

interface FoundInFrame {
  /** Whether its sensor model and recipe are in the books. */
  readonly known: boolean;
  readonly classes: readonly string[];
  readonly flags: readonly string[];
  readonly class: Iterable<number>;
  /** Pairs (piece, index into `flags`), flattened. */
  readonly flagged: readonly number[];
}

export interface MappedRecord {
  readonly record: OutgoingRecord;
  /** Of a frame: what was found, for the metrics. */
  readonly frame?: FoundInFrame;
}

/** Types that only we say, and not in this stream. */
const NOT_HERE: ReadonlySet<string> = new Set(
  [EVENTS.piecesClassified, EVENTS.confidentialKept, ...Object.values(FACTS)].map(
    ({ type }) => type,
  ),
);

/**
 * Maps one record of `station-events`. A frame of pieces gets its classes, every other event goes
 * through with the same key, headers and bytes; both get the record's append time as `ingesttime`.
 * Throws a PoisonError for bytes that are no event.
 */
export function classifyRecord(record: KafkaRecord, target: Target): MappedRecord {
  const { key, value, timestamp } = record;
  const { type } = stationAttributes(record.headers);
  if (value === null) throw new PoisonError('the record has no value', 'data-not-json');
  const headers = copyHeaders(record.headers);
  headers[INGEST_TIME_HEADER] = String(timestamp);
  if (type !== EVENTS.piecesScanned.type) {
    decodeBody(type, parseData(type, value));
    return { record: { ...target, key, value, headers } };
  }
  const frame = decodeFrame(value);
  headers['ce_type'] = EVENTS.piecesClassified.type;
  const { encoded, found } = isDeviceFrame(frame)
    ? recognised(value, frame)
    : classified(value, frame);
  return { record: { ...target, key, value: encoded, headers }, frame: found };
}

interface Answered {
  readonly encoded: Buffer;
  readonly found: FoundInFrame;
}

function classified(scan: Buffer, frame: PieceFrame): Answered {
  const model = pieceModel(frame.sensorModel, frame.recipe);
  const answer = classifyFrame(readingsOf(frame), model);
  const { known, allClasses: classes, allFlags: flags } = model;
  const found = { known, classes, flags, class: answer.class, flagged: answer.flagged };
  return { encoded: encodeClassifiedFrame(scan, model, answer), found };
}

function recognised(scan: Buffer, frame: PieceFrame): Answered {
  const answer = recogniseFrame(frame);
  return { encoded: encodeRecognisedFrame(scan, answer), found: { known: true, ...answer } };
}

/**
 * The attributes of a record that a station, or one of our own gateways, may have sent. Throws a
 * PoisonError when there is no such sender: its slot is then nobody's.
 */
export function stationAttributes(headers: RecordHeaders): EventAttributes {
  const attributes = decodeHeaders(headers);
  const { source, boot } = attributes;
  const isOurs = OWN_SOURCE.test(source);
  if (isOurs && source.endsWith('/classifier')) {
    throw new PoisonError(`source: "${source}" does not speak here`, 'attributes-invalid');
  }
  if (!isOurs && boot === 0) {
    throw new PoisonError('boot: 0 is no Unix second of a station', 'attributes-invalid');
  }
  return attributes;
}

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

function parseData(type: string, value: Buffer): unknown {
  const definition = definitionOf(type);
  if (definition === undefined) {
    throw new PoisonError(`type: "${type}" is not known`, 'type-unknown');
  }
  if (NOT_HERE.has(type)) {
    throw new PoisonError(`type: "${type}" is not for a station to say`, 'type-not-allowed');
  }
  if (value.length > definition.dataBytesMax) {
    throw new PoisonError(
      `data: ${value.length} bytes, at most ${definition.dataBytesMax}`,
      'too-large',
    );
  }
  const body = parseJson(value);
  // White space around it would be lost where a reader cuts the object out, and with it the hash.
  if (value[0] !== OPENING_BRACE || value[value.length - 1] !== CLOSING_BRACE) {
    throw new PoisonError('data: not exactly one JSON object', 'data-invalid');
  }
  return body;
}

function decodeFrame(value: Buffer): PieceFrame {
  const { type } = EVENTS.piecesScanned;
  const body = parseData(type, value);
  if (isPieceFrame(body)) return body;
  // The schema has the last word, and names every problem.
  return decodeBody(type, body).data as PieceFrame;
}

/** The attributes' 1,024 bytes with their names, and room for what a gateway may add. */
const HEADERS_BYTES_MAX = 8_192;

function copyHeaders(headers: RecordHeaders): Record<string, Buffer | string> {
  const copy: Record<string, Buffer | string> = {};
  let bytes = 0;
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) {
      throw new PoisonError(`header ${name} stands ${value.length} times`, 'attributes-invalid');
    }
    if (value === undefined) continue;
    copy[name] = value;
    bytes += name.length + value.length;
  }
  if (bytes > HEADERS_BYTES_MAX) {
    throw new PoisonError(`headers: ${bytes} bytes, at most ${HEADERS_BYTES_MAX}`, 'too-large');
  }
  return copy;
}
