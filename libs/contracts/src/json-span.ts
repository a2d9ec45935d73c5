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
const OPENING_BRACE = 0x7b;

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const isOpening = (byte: number | undefined): boolean => byte === 0x7b || byte === 0x5b;

const isClosing = (byte: number | undefined): boolean => byte === 0x7d || byte === 0x5d;

/**
 * Levels of objects and arrays in one value. No event of ours has more than five; whoever walks
 * values by recursion rests on it.
 */
const NESTING_MAX = 32;

const PLAIN = 0;
const STRING = 2;
/** What a byte means while a value is skipped: a table, because every data byte passes here. */
const MARKS = new Int8Array(256).map((_, byte) => {
  if (byte === QUOTE) return STRING;
  if (isOpening(byte)) return 1;
  return isClosing(byte) ? -1 : PLAIN;
});

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
    const mark = MARKS[json[position]!]!;
    if (mark === PLAIN) position++;
    else if (mark === STRING) position = endOfString(json, position);
    else {
      depth += mark;
      position++;
      if (depth === 0) return position;
      if (depth > NESTING_MAX) {
        throw new PoisonError(`nested deeper than ${NESTING_MAX} levels`, 'data-not-json');
      }
    }
  }
  throw new PoisonError('a value does not end', 'data-not-json');
}

/**
 * Spans of the values of the object that begins at `at`, by member name.
 * A name that stands twice is refused: two readers could see two different values.
 */
export function memberSpans(json: Buffer, at = 0): Map<string, Span> {
  const spans = membersOrTwin(json, at);
  if (typeof spans !== 'string') return spans;
  throw new PoisonError(`the member "${spans}" stands twice`, 'attributes-invalid');
}

/** The spans by name, or the first name that stands twice. */
function membersOrTwin(json: Buffer, at: number): Map<string, Span> | string {
  const spans = new Map<string, Span>();
  let position = skipSpace(json, at) + 1;
  for (;;) {
    position = skipSpace(json, position);
    if (json[position] === COMMA) position = skipSpace(json, position + 1);
    if (json[position] !== QUOTE) return spans;
    const nameEnd = endOfString(json, position);
    const name = String(JSON.parse(json.toString('utf8', position, nameEnd)));
    if (spans.has(name)) return name;
    const start = skipSpace(json, skipSpace(json, nameEnd) + 1);
    position = endOfValue(json, start);
    spans.set(name, { start, end: position });
  }
}

/**
 * Whether the text is one object and nothing around it: white space would be lost where a reader cuts
 * the object out, and with it the hash. Throws a PoisonError when it is nested too deep.
 */
export const isOneObject = (json: Buffer): boolean =>
  json[0] === OPENING_BRACE && endOfValue(json, 0) === json.length;

/** Spans of the elements of the array that begins at `at`, of no more than the first `countMax`. */
export function elementSpans(json: Buffer, at = 0, countMax = Infinity): Span[] {
  const spans: Span[] = [];
  let position = skipSpace(json, at) + 1;
  for (;;) {
    position = skipSpace(json, position);
    if (json[position] === COMMA) position = skipSpace(json, position + 1);
    if (position >= json.length || isClosing(json[position])) return spans;
    const end = endOfValue(json, position);
    spans.push({ start: position, end });
    if (spans.length >= countMax) return spans;
    position = end;
  }
}

const COLON = 0x3a;
const BRACKET = 0x5b;

/**
 * Name of a member that stands twice in one object anywhere within the JSON value `json`, else
 * undefined: `JSON.parse` keeps the last one, another reader may keep the first.
 * @param parsed what `JSON.parse` made of the same bytes
 */
export function duplicateMember(json: Buffer, parsed: unknown): string | undefined {
  // Without an escape, each colon ends a name or stands in a text, so equal counts mean that no
  // name was lost. Counting is native; the exact search is for the rare rest.
  if (json.indexOf(BACKSLASH) < 0 && countColons(json) === parsedColons(parsed)) return undefined;
  return searchDuplicate(json, 0);
}

function countColons(json: Buffer): number {
  let count = 0;
  for (let at = json.indexOf(COLON); at >= 0; at = json.indexOf(COLON, at + 1)) count++;
  return count;
}

function parsedColons(value: unknown): number {
  if (typeof value === 'string') return value.split(':').length - 1;
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const element of value) if (typeof element !== 'number') count += parsedColons(element);
    return count;
  }
  for (const [name, member] of Object.entries(value)) {
    count += 1 + parsedColons(name) + parsedColons(member);
  }
  return count;
}

/** Spans keep absolute places, so each object is searched where it stands. */
function searchDuplicate(json: Buffer, at: number): string | undefined {
  const start = skipSpace(json, at);
  if (!isOpening(json[start])) return undefined;
  const spans = json[start] === BRACKET ? elementSpans(json, start) : membersOrTwin(json, start);
  if (typeof spans === 'string') return spans;
  for (const span of spans.values()) {
    const found = searchDuplicate(json, span.start);
    if (found !== undefined) return found;
  }
  return undefined;
}
