import { describe, expect, it } from '@jest/globals';
import { otlpJson } from './otlp-json.js';
import { type FinishedSpan, LINKS_MAX, Tracer } from './tracer.js';

const PARENT = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  sampled: true,
};
const traceOf = (n: number): typeof PARENT => ({
  ...PARENT,
  traceId: String(n + 1).padStart(32, '0'),
});

function tracing(): { tracer: Tracer; ended: FinishedSpan[] } {
  const ended: FinishedSpan[] = [];
  return { ended, tracer: new Tracer((span) => ended.push(span)) };
}

describe('a span', () => {
  it('goes on the trace of its parent, or begins one', () => {
    const { tracer } = tracing();
    const child = tracer.start({ name: 'a', kind: 'server', parent: PARENT })!;
    expect(child.context.traceId).toBe(PARENT.traceId);
    expect(child.context.spanId).not.toBe(PARENT.spanId);
    const root = tracer.start({ name: 'a', kind: 'server' })!;
    expect(root.context.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(root.context.traceId).not.toBe(PARENT.traceId);
  });

  it('is not made where the trace is not recorded', () => {
    const parent = { ...PARENT, sampled: false };
    expect(tracing().tracer.start({ name: 'a', kind: 'server', parent })).toBeUndefined();
  });

  it('names other traces, each once, not its own, not unrecorded ones, and a bounded number', () => {
    const { tracer, ended } = tracing();
    const span = tracer.start({ name: 'a', kind: 'consumer', parent: PARENT })!;
    const many = Array.from({ length: 100 }, (_, n) => traceOf(n));
    span.link([PARENT, { ...traceOf(0), sampled: false }, traceOf(1), traceOf(1)]);
    span.link(many);
    span.end();
    span.end();
    expect(ended).toHaveLength(1);
    expect(ended[0]!.links).toHaveLength(LINKS_MAX);
    expect(ended[0]!.links.slice(0, 2)).toEqual([traceOf(1), traceOf(0)]);
  });
});

describe('OTLP in JSON', () => {
  it('has ids in hexadecimal, 64-bit numbers as text, and kinds by number', () => {
    const { tracer, ended } = tracing();
    const start = { name: 'POST', kind: 'server', parent: PARENT, attributes: { a: 'x' } } as const;
    const span = tracer.start(start)!;
    span.link([traceOf(7)]);
    span.end({ name: 'POST /v1', attributes: { n: 3, share: 0.5 }, failure: '503' });
    const { startedMs, endedMs, context } = ended[0]!;
    expect(endedMs).toBeGreaterThanOrEqual(startedMs);
    const parsed = JSON.parse(otlpJson({ 'service.name': 'me' }, ended)) as unknown;
    const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
    expect(parsed).toEqual({
      resourceSpans: [
        {
          resource: { attributes: [text('service.name', 'me')] },
          scopeSpans: [
            {
              scope: { name: 'urbanmine' },
              spans: [
                {
                  traceId: PARENT.traceId,
                  spanId: context.spanId,
                  parentSpanId: PARENT.spanId,
                  name: 'POST /v1',
                  kind: 2,
                  startTimeUnixNano: expect.stringMatching(/^[0-9]{19}$/),
                  endTimeUnixNano: expect.stringMatching(/^[0-9]{19}$/),
                  attributes: [
                    text('a', 'x'),
                    { key: 'n', value: { intValue: '3' } },
                    { key: 'share', value: { doubleValue: 0.5 } },
                    text('error.type', '503'),
                  ],
                  links: [{ traceId: traceOf(7).traceId, spanId: PARENT.spanId }],
                  status: { code: 2 },
                },
              ],
            },
          ],
        },
      ],
    });
  });
});
