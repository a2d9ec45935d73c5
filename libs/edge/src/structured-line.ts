import { type EventAttributes, type EventDigests, PoisonError, digestsOf } from '#contracts';

/** One line of NDJSON without its line feed, and the digests that enter the seal chain. */
export interface StructuredLine {
  readonly line: Buffer;
  readonly digests: EventDigests;
  readonly dataBytes: number;
}

/** Attributes that stand in an event without a change of meaning when they are left out. */
const OPTIONAL = ['actor', 'entrymode', 'dataschema', 'traceparent'] as const;

function head(attributes: EventAttributes): string {
  const { source, boot, seq, type, time, subject, siteid } = attributes;
  // Only these may hold characters that JSON escapes; the others match patterns without any.
  let text =
    `{"specversion":"1.0","id":"${boot}.${seq}","source":"${source}","type":"${type}"` +
    `,"time":"${time}","subject":"${subject}","siteid":"${siteid}","boot":${boot},"seq":${seq}`;
  for (const name of OPTIONAL) {
    const value = attributes[name];
    if (value !== undefined) text += `,"${name}":${JSON.stringify(value)}`;
  }
  return `${text},"datacontenttype":"application/json","data":`;
}

/**
 * The CloudEvent in structured mode around data that is serialised already: the data bytes are
 * written once and never again. The attributes MUST have passed `assertAttributes`.
 */
export function structuredLine(attributes: EventAttributes, data: string | Buffer): StructuredLine {
  const before = head(attributes);
  const dataStart = Buffer.byteLength(before);
  const line =
    typeof data === 'string'
      ? Buffer.from(`${before}${data}}`)
      : Buffer.concat([Buffer.from(before), data, CLOSE]);
  const dataBytes = line.subarray(dataStart, line.length - 1);
  return { line, digests: digestsOf(attributes, dataBytes), dataBytes: dataBytes.length };
}

const CLOSE = Buffer.from('}');

const LINE_BREAK = /[\n\r]/;

/** Data as it is sent: a string or Buffer byte by byte. Throws a PoisonError when it has two lines. */
export function serialised(data: object | string | Buffer): string | Buffer {
  if (typeof data !== 'string' && !Buffer.isBuffer(data)) return JSON.stringify(data);
  if (typeof data === 'string' ? LINE_BREAK.test(data) : data.includes(10) || data.includes(13)) {
    throw new PoisonError('data: holds a line break; give it as compact JSON', 'data-invalid');
  }
  return data;
}
