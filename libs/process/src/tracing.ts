import { hostname } from 'node:os';
import { z } from 'zod';
import { ConfigError, secret } from './config.js';
import type { Logger } from './logger.js';
import { SpanExporter } from './span-exporter.js';
import { Tracer } from './tracer.js';

/** Variables of OpenTelemetry's own names, so that they mean what they mean elsewhere. */
export const traceFields = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('the address of an OTLP/HTTP collector of traces; not set: nothing is traced'),
  OTEL_EXPORTER_OTLP_HEADERS: secret(
    z
      .string()
      .min(1)
      .optional()
      .describe('headers for that collector: name=value, separated by commas, percent-encoded'),
  ),
};

/** Where the traces of a process go. */
export interface TraceTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Undefined: nothing is traced. Throws a ConfigError for headers that are none. */
export function traceTarget(
  config: z.output<z.ZodObject<typeof traceFields>>,
): TraceTarget | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: text } = config;
  if (endpoint === undefined) return undefined;
  const headers = (text ?? '').split(',').filter((entry) => entry.trim() !== '');
  return {
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: Object.fromEntries(headers.map(headerOf)),
  };
}

function headerOf(entry: string): readonly [string, string] {
  const [, name, value] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*?)\s*$/.exec(entry) ?? [];
  try {
    if (name !== undefined && value !== undefined) return [name, decodeURIComponent(value)];
  } catch {
    // Percent-encoded wrongly: the same remedy.
  }
  throw new ConfigError(['OTEL_EXPORTER_OTLP_HEADERS: not name=value, separated by commas']);
}

export interface Tracing {
  readonly tracer: Tracer;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Undefined where there is no target: then nothing is made, and nothing costs. */
export function openTracing(
  target: TraceTarget | undefined,
  service: string,
  logger: Logger,
): Tracing | undefined {
  if (target === undefined) return undefined;
  const exporter = new SpanExporter({
    ...target,
    logger,
    resource: {
      'service.name': `urbanmine-${service}`,
      'service.namespace': 'urbanmine',
      'service.instance.id': `${hostname()}:${process.pid}`,
    },
  });
  const tracer = new Tracer((span) => {
    exporter.keep(span);
  });
  return { tracer, close: () => exporter.close() };
}
