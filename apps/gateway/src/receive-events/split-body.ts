import { PoisonError, elementSpans } from '#contracts';

/** How a request body holds its events. */
export type BodyFormat = 'event' | 'batch' | 'lines';

const FORMATS: Readonly<Record<string, BodyFormat>> = {
  'application/cloudevents+json': 'event',
  'application/json': 'event',
  'application/cloudevents-batch+json': 'batch',
  'application/x-ndjson': 'lines',
};

/** The format that a Content-Type names; undefined = none of ours, or not UTF-8. */
export function formatOf(contentType: string | undefined): BodyFormat | undefined {
  const [mediaType = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)) return undefined;
  return FORMATS[mediaType.trim()];
}

const LINE_FEED = 0x0a;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x09 || byte === LINE_FEED || byte === 0x0d;

/**
 * Cuts a body into the bytes of each event, without parsing them: each slice is parsed once, later.
 * Of more than `eventsMax` it cuts one more and leaves the rest: what is too much is not looked at.
 * Throws a PoisonError when the body as a whole is no such list.
 */
export function splitBody(body: Buffer, format: BodyFormat, eventsMax: number): Buffer[] {
  if (format === 'event') return [body];
  return format === 'lines' ? splitLines(body, eventsMax) : splitArray(body, eventsMax);
}

function splitLines(body: Buffer, eventsMax: number): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  while (start < body.length && lines.length <= eventsMax) {
    const feed = body.indexOf(LINE_FEED, start);
    const end = feed < 0 ? body.length : feed;
    const line = body.subarray(start, end);
    if (line.some((byte) => !isSpace(byte))) lines.push(line);
    start = end + 1;
  }
  return lines;
}

/**
 * The elements of a JSON array. What stands between them is checked here and each element by its
 * own parser, so together nothing but an array passes: a body that was cut off is refused.
 */
function splitArray(body: Buffer, eventsMax: number): Buffer[] {
  const open = skipSpace(body, 0);
  if (body[open] !== OPEN) throw notAnArray('it does not begin with [');
  const spans = elementSpans(body, open, eventsMax + 1);
  let position = open + 1;
  spans.forEach(({ start, end }, index) => {
    const at = skipSpace(body, position);
    const comma = index === 0 ? at : expect(body, at, COMMA, `no comma before element ${index}`);
    if (skipSpace(body, comma) !== start || end === start) throw notAnArray('a stray comma');
    position = end;
  });
  if (spans.length > eventsMax) return spans.map(({ start, end }) => body.subarray(start, end));
  const after = expect(body, skipSpace(body, position), CLOSE, 'it does not end with ]');
  if (skipSpace(body, after) !== body.length) throw notAnArray('something follows its end');
  return spans.map(({ start, end }) => body.subarray(start, end));
}

function skipSpace(body: Buffer, at: number): number {
  let position = at;
  while (isSpace(body[position])) position++;
  return position;
}

function expect(body: Buffer, at: number, byte: number, problem: string): number {
  if (body[at] !== byte) throw notAnArray(problem);
  return at + 1;
}

const notAnArray = (problem: string): PoisonError =>
  new PoisonError(`the body is not a JSON array: ${problem}`, 'data-not-json');
