import { randomBytes } from 'node:crypto';
import type { TraceContext } from '#contracts';

/** As OpenTelemetry tells them apart: who asked, and who was asked. */
export type SpanKind = 'server' | 'producer' | 'consumer';

export type SpanAttributes = Readonly<Record<string, string | number>>;

export interface SpanStart {
  /** Of a closed set: no id stands in it. */
  readonly name: string;
  readonly kind: SpanKind;
  /** Whose trace it goes on; without one it begins a trace. */
  readonly parent?: TraceContext | undefined;
  readonly attributes?: SpanAttributes;
}

/** A piece of work that is over. Times in Unix ms, with their fractions. */
export interface FinishedSpan extends SpanStart {
  readonly context: TraceContext;
  readonly links: readonly TraceContext[];
  readonly startedMs: number;
  readonly endedMs: number;
  /** Kind of what it failed with; never its message, which may quote a value. */
  readonly failure: string | undefined;
}

/** Traces that one span names at most. */
export const LINKS_MAX = 32;

/**
 * Begins spans and hands over those that have ended. There is no tracer where nobody is to be told:
 * callers hold `Tracer | undefined`, and what is not traced costs nothing.
 */
export class Tracer {
  /** `keep` MUST neither wait nor throw. */
  constructor(private readonly keep: (span: FinishedSpan) => void) {}

  /** Undefined where the one who began the trace does not want it recorded. */
  start(span: SpanStart): Span | undefined {
    if (span.parent?.sampled === false) return undefined;
    const context: TraceContext = {
      traceId: span.parent?.traceId ?? randomBytes(16).toString('hex'),
      spanId: randomBytes(8).toString('hex'),
      sampled: true,
    };
    return new Span(span, context, this.keep);
  }
}

/** A piece of work under way. */
export class Span {
  private readonly links = new Map<string, TraceContext>();
  private readonly startedMs = nowMs();
  private over = false;

  constructor(
    private readonly begun: SpanStart,
    readonly context: TraceContext,
    private readonly keep: (span: FinishedSpan) => void,
  ) {}

  /** Other traces that this work is about, each once and at most LINKS_MAX. */
  link(contexts: Iterable<TraceContext>): void {
    for (const context of contexts) {
      if (this.links.size >= LINKS_MAX) return;
      if (context.sampled && context.traceId !== this.context.traceId) {
        this.links.set(context.traceId, context);
      }
    }
  }

  /** Safe to call twice; `more` is what is known only now. */
  end(
    more: {
      readonly name?: string;
      readonly attributes?: SpanAttributes;
      readonly failure?: string | undefined;
    } = {},
  ): void {
    if (this.over) return;
    this.over = true;
    const { begun, context, links, startedMs } = this;
    this.keep({
      ...begun,
      name: more.name ?? begun.name,
      attributes: { ...begun.attributes, ...more.attributes },
      context,
      links: [...links.values()],
      startedMs,
      endedMs: nowMs(),
      failure: more.failure,
    });
  }
}

/** The clock may be set while a span lasts; this one does not go back. */
const nowMs = (): number => performance.timeOrigin + performance.now();
