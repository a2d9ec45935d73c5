import { PoisonError } from './errors.js';

/**
 * Finds where values stand in JSON bytes, so that a value can be cut out exactly as it was sent
 * instead of being serialised again. Callers MUST have parsed the same bytes with `JSON.parse`
 * before: the scanner trusts that the text is well-formed.
 */
export interface Span {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const isOpening = (byte: number | undefined): boolean => byte === 0x7b || byte === 0x5b;

const isClosing = (byte: number | undefined): boolean => byte === 0x7d || byte === 0x5d;

function skipSpace(json: Buffer, at: number): number {
  let position = at;
  while (isSpace(json[position])) position++;
  return position;
}

/** Position after the string that opens at `at`. */
function endOfString(json: Buffer, at: number): number {
  let quote = json.indexOf(QUOTE, at + 1);
  for (;;) {
    if (quote < 0) throw new PoisonError('a string does not end', 'data-not-json');
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
    quote = json.indexOf(QUOTE, quote + 1);
  }
}

/** Position after the value that begins at `at`. */
function endOfValue(json: Buffer, at: number): number {
  const first = json[at];
  if (first === QUOTE) return endOfString(json, at);
  let position = at;
  if (!isOpening(first)) {
    while (position < json.length) {
      const byte = json[position];
      if (byte === COMMA || isClosing(byte) || isSpace(byte)) break;
      position++;
    }
    return position;
  }
  let depth = 0;
  while (position < json.length) {
    const byte = json[position];
    if (byte === QUOTE) {
      position = endOfString(json, position);
      continue;
    }
    if (isOpening(byte)) depth++;
    else if (isClosing(byte)) depth--;
    position++;
    if (depth === 0) return position;
  }
  throw new PoisonError('a value does not end', 'data-not-json');
}

/**
 * Spans of the values of the object that begins at `at`, by member name.
 * A name that stands twice is refused: two readers could see two different values.
 */
export function memberSpans(json: Buffer, at = 0): Map<string, Span> {
  const spans = new Map<string, Span>();
  let position = skipSpace(json, at) + 1;
  for (;;) {
    position = skipSpace(json, position);
    if (json[position] === COMMA) position = skipSpace(json, position + 1);
    if (json[position] !== QUOTE) return spans;
    const nameEnd = endOfString(json, position);
    const name = String(JSON.parse(json.toString('utf8', position, nameEnd)));
    if (spans.has(name)) {
      throw new PoisonError(`the member "${name}" stands twice`, 'attributes-invalid');
    }
    const start = skipSpace(json, skipSpace(json, nameEnd) + 1);
    position = endOfValue(json, start);
    spans.set(name, { start, end: position });
  }
}

/** Spans of the elements of the array that begins at `at`. */
export function elementSpans(json: Buffer, at = 0): Span[] {
  const spans: Span[] = [];
  let position = skipSpace(json, at) + 1;
  for (;;) {
    position = skipSpace(json, position);
    if (json[position] === COMMA) position = skipSpace(json, position + 1);
    if (position >= json.length || isClosing(json[position])) return spans;
    const end = endOfValue(json, position);
    spans.push({ start: position, end });
    position = end;
  }
}
