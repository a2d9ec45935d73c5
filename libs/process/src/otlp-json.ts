import type { FinishedSpan, SpanAttributes, SpanKind } from './tracer.js';

/** Numbers of OpenTelemetry's `SpanKind` and `StatusCode`. */
const KIND: Readonly<Record<SpanKind, number>> = { server: 2, producer: 4, consumer: 5 };
const STATUS_ERROR = 2;

const attribute = ([key, value]: readonly [string, string | number]): object => ({
  key,
  value:
    typeof value === 'string'
      ? { stringValue: value }
      : Number.isInteger(value)
        ? { intValue: String(value) }
        : { doubleValue: value },
});

const attributes = (of: SpanAttributes): object[] => Object.entries(of).map(attribute);

/** Nanoseconds in decimal; a double holds a Unix time to the microsecond. */
const nanos = (ms: number): string => `${Math.round(ms * 1_000)}000`;

function otlpSpan(span: FinishedSpan): object {
  const { context, parent, name, kind, startedMs, endedMs, links, failure } = span;
  const failed = failure === undefined ? {} : { 'error.type': failure };
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    ...(parent === undefined ? {} : { parentSpanId: parent.spanId }),
    name,
    kind: KIND[kind],
    startTimeUnixNano: nanos(startedMs),
    endTimeUnixNano: nanos(endedMs),
    attributes: attributes({ ...span.attributes, ...failed }),
    links: links.map(({ traceId, spanId }) => ({ traceId, spanId })),
    status: failure === undefined ? {} : { code: STATUS_ERROR },
  };
}

/**
 * Body of a request to `/v1/traces`: OTLP 1 in JSON, as its specification maps the protocol buffers
 * (ids in hexadecimal, 64-bit integers as strings).
 */
export function otlpJson(resource: SpanAttributes, spans: readonly FinishedSpan[]): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributes(resource) },
        scopeSpans: [{ scope: { name: 'urbanmine' }, spans: spans.map(otlpSpan) }],
      },
    ],
  });
}
