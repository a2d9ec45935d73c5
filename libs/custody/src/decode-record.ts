import type { Buffer } from 'node:buffer';
import {
  EVENTS,
  type EventAttributes,
  PoisonError,
  decodeBody,
  definitionOf,
  parseJson,
  trustBody,
} from '#contracts';
import { assertClassifiedFrame } from './frame-check.js';
import type { StreamRecord } from './model.js';

const OURS: ReadonlySet<string> = new Set(Object.values(EVENTS).map(({ type }) => type));

/**
 * Makes bytes of the classified stream a typed record, once. `attributes` come from
 * `decodeHeaders`; `ingestTimeMs` is Unix ms. Throws a PoisonError that names every problem.
 */
export function decodeRecord(raw: {
  readonly attributes: EventAttributes;
  readonly value: Buffer;
  readonly ingestTimeMs: number;
  /** What the value parses to, where the caller had to parse it already. */
  readonly body?: unknown;
}): StreamRecord {
  const { attributes, value: data, ingestTimeMs } = raw;
  const { type, source, boot } = attributes;
  const definition = definitionOf(type);
  if (definition !== undefined && !OURS.has(type)) {
    throw new PoisonError(`type: "${type}" is the ledger's own to say`, 'type-not-allowed');
  }
  if (boot === 0 && !source.includes('/')) {
    throw new PoisonError('boot: 0 is no Unix second of a station', 'attributes-invalid');
  }
  if (definition !== undefined && data.length > definition.dataBytesMax) {
    throw new PoisonError(
      `data: ${data.length} bytes, at most ${definition.dataBytesMax}`,
      'too-large',
    );
  }
  const body = raw.body === undefined ? parseJson(data) : raw.body;
  if (type !== EVENTS.piecesClassified.type) {
    return { attributes, data, typed: decodeBody(type, body), ingestTimeMs };
  }
  // A frame was checked by its schema at the gateway; here only what the books rest on is.
  assertClassifiedFrame(body);
  return { attributes, data, typed: trustBody(type, body), ingestTimeMs };
}
