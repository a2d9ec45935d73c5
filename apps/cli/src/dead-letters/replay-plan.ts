import {
  DATA_BYTES_MAX,
  EVENTS,
  type EventAttributes,
  OWN_SOURCE,
  type RecordHeaders,
  encodeEntry,
  ingressSource,
  memberSpans,
  parseJson,
  sha256,
} from '#contracts';
import type { Letter } from './letter.js';

/** One event that goes back through the door that it came by. */
export type ReplayStep =
  | {
      readonly door: 'gateway';
      readonly letter: Letter;
      readonly event: EventAttributes;
      readonly body: Buffer;
    }
  | {
      readonly door: 'topic';
      readonly letter: Letter;
      readonly event: EventAttributes;
      readonly topic: string;
      readonly value: Buffer;
      readonly headers: Readonly<Record<string, string>>;
    };

interface LeftLetter {
  readonly letter: Letter;
  readonly why: string;
}

export interface ReplayPlan {
  /** By source, each in the order of its boots and seqs. */
  readonly sources: ReadonlyMap<string, readonly ReplayStep[]>;
  /** What cannot go back, and why. */
  readonly left: readonly LeftLetter[];
}

/**
 * What of these letters can be said again. An event that was rejected has its slot marked in the log
 * with the digests of its bytes; the same bytes fill it late. So nothing is altered on the way: what
 * the station has to say otherwise, the station says itself.
 */
export function planReplay(letters: readonly Letter[], prefix: string): ReplayPlan {
  const left: LeftLetter[] = [];
  const steps = new Map<string, ReplayStep>();
  for (const letter of letters) {
    const step = stepOf(letter, prefix);
    if (typeof step === 'string') left.push({ letter, why: step });
    // A record is rejected twice when a process dies before it could say that it was done.
    else steps.set(JSON.stringify(letter.origin), step);
  }
  const sources = new Map<string, ReplayStep[]>();
  for (const step of steps.values()) {
    const { source } = step.event;
    const list = sources.get(source);
    if (list === undefined) sources.set(source, [step]);
    else list.push(step);
  }
  for (const list of sources.values()) {
    list.sort(({ event: a }, { event: b }) => a.boot - b.boot || a.seq - b.seq);
  }
  return { sources, left };
}

/** A text says why there is none. */
function stepOf(letter: Letter, prefix: string): ReplayStep | string {
  const { event, value, origin } = letter;
  if (event === null) return `its headers name no event: ${letter.unreadable ?? ''}`;
  if (OWN_SOURCE.test(event.source)) return `${event.source} is no station`;
  if (value === null) return 'its bytes were not kept: there were none, or they are confidential';
  if (sha256(value).toString('hex') !== letter.sha256) return 'only its first bytes were kept';
  const source = ingressSource(prefix, origin.topic);
  if (source !== undefined) {
    if (source !== event.source) return `it stood in the topic of ${source}, who cannot say it`;
    const headers = attributeHeaders(letter.headers);
    return { door: 'topic', letter, event, topic: origin.topic, value, headers };
  }
  if (event.type !== EVENTS.piecesClassified.type) return throughGateway(letter, event, value);
  const scan = scanOf(value);
  if (scan === undefined) return 'the frame of the station cannot be cut out of it';
  const scanned = { ...event, type: EVENTS.piecesScanned.type };
  return throughGateway(letter, scanned, scan);
}

function throughGateway(letter: Letter, event: EventAttributes, data: Buffer): ReplayStep | string {
  if (data.length > DATA_BYTES_MAX) return `its ${data.length} bytes are more than an event has`;
  return { door: 'gateway', letter, event, body: encodeEntry(event, data) };
}

/** What the station said, out of what the classifier made of it. */
function scanOf(value: Buffer): Buffer | undefined {
  try {
    parseJson(value);
    const span = memberSpans(value).get('scan');
    return span === undefined ? undefined : value.subarray(span.start, span.end);
  } catch {
    // Unreadable, which is why it is a dead letter.
    return undefined;
  }
}

/** As the station wrote them, without those of the letter. */
function attributeHeaders(headers: RecordHeaders): Record<string, string> {
  const own = Object.entries(headers).filter(([name]) => /^(ce_|content-type$)/.test(name));
  return Object.fromEntries(own.map(([name, value]) => [name, String(value)]));
}
