import { type EventEnvelope, PoisonError, type RejectReason, decodeStructured } from '#contracts';
import type { Caller } from '../registry/directory.js';
import { checkEvent } from './check-event.js';
import { type BodyFormat, splitBody } from './split-body.js';

/** Why one event of a request was refused. What cannot be read from it is null. */
export interface EventProblem {
  /** Place in the request, from 0; null = the body as a whole. */
  readonly index: number | null;
  readonly source: string | null;
  readonly boot: number | null;
  readonly seq: number | null;
  readonly reason: RejectReason;
  /** `<path>: <what is wrong>`, several joined by `; `. */
  readonly detail: string;
}

/** All or nothing: one bad event refuses its request. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly events: readonly EventEnvelope[] }
  | { readonly kind: 'too-many' }
  | { readonly kind: 'refused'; readonly problems: readonly EventProblem[] };

const DETAIL_MAX = 2_000;

/**
 * Turns the bytes of a request into events, once (design, section 8, rule 3): JSON, envelope, who
 * may say it, size, body, subject. `data` of an accepted event is the exact slice as it was sent.
 */
export function checkEvents(
  body: Buffer,
  format: BodyFormat,
  caller: Caller,
  eventsMax: number,
): Verdict {
  let slices: Buffer[];
  try {
    slices = splitBody(body, format, eventsMax);
  } catch (error) {
    return { kind: 'refused', problems: [problemOf(error, null, body)] };
  }
  if (slices.length > eventsMax) return { kind: 'too-many' };
  const events: EventEnvelope[] = [];
  const problems: EventProblem[] = [];
  slices.forEach((slice, index) => {
    try {
      events.push(checkEvent(decodeStructured(slice), caller));
    } catch (error) {
      problems.push(problemOf(error, index, slice));
    }
  });
  return problems.length === 0 ? { kind: 'accepted', events } : { kind: 'refused', problems };
}

function problemOf(error: unknown, index: number | null, json: Buffer): EventProblem {
  if (!(error instanceof PoisonError)) throw error;
  const { message, reason } = error;
  const detail = message.length > DETAIL_MAX ? `${message.slice(0, DETAIL_MAX)}…` : message;
  return { index, ...identityOf(index === null ? undefined : json), reason, detail };
}

/** Names the event as far as its bytes can be read, so that a station knows which seq to void. */
function identityOf(json: Buffer | undefined): Pick<EventProblem, 'source' | 'boot' | 'seq'> {
  const { source, boot, seq } = readObject(json);
  return {
    source: typeof source === 'string' ? source.slice(0, 128) : null,
    boot: typeof boot === 'number' ? boot : null,
    seq: typeof seq === 'number' ? seq : null,
  };
}

function readObject(json: Buffer | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = json === undefined ? undefined : JSON.parse(json.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // Not JSON: the problem itself says so.
    return {};
  }
}
