import { ENTRY_BYTES_MAX, type EventAttributes, eventId } from './attributes.js';
import { type StructuredEvent, decodeStructured } from './cloud-event.js';
import { invariant } from './errors.js';

const CLOSE = Buffer.from('}');

/**
 * A log entry: the structured-mode CloudEvent with a fixed order of attributes, then `data`
 * verbatim (design, section 5, Log). `traceparent` is left out: it names a run of our software,
 * not a fact. The bytes are hashed and stored as they are and never made again.
 */
export function encodeEntry(attributes: EventAttributes, data: Buffer): Buffer {
  const head: Record<string, string | number> = {
    specversion: '1.0',
    id: eventId(attributes),
    source: attributes.source,
    type: attributes.type,
    time: attributes.time,
    subject: attributes.subject,
    siteid: attributes.siteid,
    boot: attributes.boot,
    seq: attributes.seq,
  };
  if (attributes.actor !== undefined) head['actor'] = attributes.actor;
  if (attributes.entrymode !== undefined) head['entrymode'] = attributes.entrymode;
  if (attributes.dataschema !== undefined) head['dataschema'] = attributes.dataschema;
  head['datacontenttype'] = 'application/json';
  const text = JSON.stringify(head);
  const entry = Buffer.concat([Buffer.from(`${text.slice(0, -1)},"data":`), data, CLOSE]);
  invariant(entry.length <= ENTRY_BYTES_MAX, `a log entry of ${entry.length} bytes is too long`);
  return entry;
}

/** Reads an entry back: attributes, the exact data bytes, and what they parse to. */
export function decodeEntry(entry: Buffer): StructuredEvent {
  return decodeStructured(entry);
}
