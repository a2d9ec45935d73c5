import { Buffer } from 'node:buffer';
import {
  EVENTS,
  type EventAttributes,
  type EventDigests,
  digestsOf,
  memberSpans,
  sha256,
} from '#contracts';
import type { StreamRecord } from './model.js';

/** Digests of what a station first made, which is what its seals and its boot's memory hold. */

const SCAN = Buffer.from('{"scan":');
const CLASSIFICATION = Buffer.from(',"classification":');

/**
 * The station's own digests of an event: of a classified frame those of the scan as it was sent, of
 * what fills the slot of refused or unreadable bytes those that it names; null where it names none.
 */
export function saidDigests({ attributes, data, typed }: StreamRecord): EventDigests | null {
  if (typed.key === 'piecesClassified') return digestsOf(asScanned(attributes), scanBytes(data));
  if (typed.key === 'eventVoided' || typed.key === 'confidentialKept') {
    return named(typed.data.attributesSha256, typed.data.dataSha256);
  }
  if (typed.key !== 'recordRejected') return digestsOf(attributes, data);
  const { attributesSha256, rawSha256 } = typed.data;
  return attributesSha256 === undefined ? null : named(attributesSha256, rawSha256);
}

const asScanned = (attributes: EventAttributes): EventAttributes => ({
  ...attributes,
  type: EVENTS.piecesScanned.type,
});

const named = (attributes: string, data: string): EventDigests => ({
  attributes: Buffer.from(attributes, 'hex'),
  data: Buffer.from(data, 'hex'),
});

/**
 * The station's bytes in `{"scan":<bytes>,"classification":{…}}`. In JSON text a quote is escaped
 * and no member of a classification is called so, so the last such name is the one we wrote.
 */
function scanBytes(data: Buffer): Buffer {
  const end = data.lastIndexOf(CLASSIFICATION);
  if (end > 0 && data.compare(SCAN, 0, SCAN.length, 0, SCAN.length) === 0) {
    return data.subarray(SCAN.length, end);
  }
  const span = memberSpans(data).get('scan');
  return span === undefined ? data : data.subarray(span.start, span.end);
}

/** Both digests, one after the other: what the seal chain is extended by. */
export const linkOf = ({ attributes, data }: EventDigests): Buffer =>
  Buffer.concat([attributes, data]);

/** Bytes kept of each event's digest. */
export const KEPT_BYTES = 8;

/**
 * What is kept of a link to tell a copy from other bytes: the first 8 bytes of its SHA-256. Two
 * different events pass for a copy with chance 2^-64 (5e-20); to find other bytes that pass for
 * given ones takes 2^64 tries, and then the seal still tells.
 */
export const keptOf = (link: Buffer): Buffer => sha256(link).subarray(0, KEPT_BYTES);
