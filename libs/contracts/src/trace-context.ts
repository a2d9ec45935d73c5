/** The trace that something belongs to, and the span in it that brought it about. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Whoever began the trace records it. */
  readonly sampled: boolean;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZEROS = /^0+$/;
const SAMPLED = 1;

/**
 * What a `traceparent` names, by W3C Trace Context: also of a version that is not known yet, as far
 * as the fields of today go. Undefined of whatever else: who gets that begins a trace of its own, and
 * never refuses the event for it.
 */
export function readTraceparent(text: unknown): TraceContext | undefined {
  const found = typeof text === 'string' ? TRACEPARENT.exec(text) : null;
  if (found === null) return undefined;
  const [, version, traceId, spanId, flags, more] = found as unknown as [string, ...string[]];
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (ZEROS.test(traceId!) || ZEROS.test(spanId!)) return undefined;
  const sampled = (Number.parseInt(flags!, 16) & SAMPLED) === SAMPLED;
  return { traceId: traceId!, spanId: spanId!, sampled };
}

/** As a header says it, in the version that we know. */
export const traceparentOf = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

/** A `traceparent` as it may go on, or undefined: what is malformed is dropped. */
export function goodTraceparent(text: unknown): string | undefined {
  const context = readTraceparent(text);
  return context === undefined ? undefined : traceparentOf(context);
}
