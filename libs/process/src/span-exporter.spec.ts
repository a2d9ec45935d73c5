import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigError } from './config.js';
import { createLogger } from './logger.js';
import { SpanExporter } from './span-exporter.js';
import { type FinishedSpan, Tracer } from './tracer.js';
import { openTracing, traceTarget } from './tracing.js';

/** A collector that answers with `status` and keeps what it was sent. */
let server: Server;
let status = 200;
const bodies: string[] = [];
const seen: (string | undefined)[] = [];

beforeEach(async () => {
  status = 200;
  bodies.length = 0;
  seen.length = 0;
  server = createServer((request, response) => {
    void text(request).then((body) => {
      bodies.push(body);
      seen.push(`${request.method} ${request.url} ${String(request.headers['x-key'])}`);
      response.statusCode = status;
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function exporter(): {
  send: (count: number) => void;
  close: () => Promise<void>;
  told: unknown[];
} {
  const told: unknown[] = [];
  const tell = (fields: unknown, message?: string): void => {
    told.push([message, (fields as { lost?: number }).lost]);
  };
  const { port } = server.address() as AddressInfo;
  const target = traceTarget({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b',
  })!;
  const made = new SpanExporter({
    ...target,
    resource: { 'service.name': 'spec' },
    logger: { warn: tell, info: tell },
    // Sent when it is closed; a spec waits for no timer.
    everyMs: 3_600_000,
  });
  const tracer = new Tracer((span: FinishedSpan) => {
    made.keep(span);
  });
  const send = (count: number): void => {
    for (let n = 0; n < count; n++) tracer.start({ name: 'a', kind: 'server' })!.end();
  };
  return { send, told, close: () => made.close() };
}

const spansOf = (body: string): number => body.split('"traceId"').length - 1;

describe('the exporter of spans', () => {
  it('sends what ended in bounded requests, with its headers', async () => {
    const { send, close, told } = exporter();
    send(700);
    await close();
    expect(bodies.map(spansOf)).toEqual([512, 188]);
    expect(seen[0]).toBe('POST /v1/traces a b');
    expect(told).toEqual([]);
  });

  it('drops what finds no room, and says how much when it can', async () => {
    const { send, close, told } = exporter();
    send(3_000);
    await close();
    expect(bodies.map(spansOf)).toEqual([512, 512, 512, 512]);
    expect(told).toEqual([['traces are taken again', 3_000 - 2_048]]);
  });

  it('says once that a collector takes nothing, and loses no work by it', async () => {
    const { send, close, told } = exporter();
    status = 503;
    send(1);
    await close();
    send(2);
    await close();
    status = 200;
    send(1);
    await close();
    expect(told).toEqual([
      ['traces are lost: the collector does not take them', undefined],
      ['traces are taken again', 3],
    ]);
  });

  it('sends nothing where nothing ended', async () => {
    await exporter().close();
    expect(bodies).toEqual([]);
  });
});

describe('the target of traces', () => {
  it('is none without an address, and then nothing is made', () => {
    expect(traceTarget({})).toBeUndefined();
    expect(openTracing(undefined, 'spec', createLogger('spec', 'silent'))).toBeUndefined();
  });

  it.each(['no-value', 'a=%', '=x'])('refuses headers that are none: %s', (headers) => {
    const config = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      OTEL_EXPORTER_OTLP_HEADERS: headers,
    };
    expect(() => traceTarget(config)).toThrow(ConfigError);
  });
});
