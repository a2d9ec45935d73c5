import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import {
  type EventEnvelope,
  RetriableError,
  type TraceContext,
  eventId,
  goodTraceparent,
  readTraceparent,
} from '#contracts';
import type { Logger, Span } from '#process';
import { GatewayMetrics } from '../gateway.metrics.js';
import { EVENT_SINK, LOGGER } from '../gateway.tokens.js';
import { type Answer, problem } from '../problem.js';
import type { Caller } from '../registry/directory.js';
import { type EventProblem, checkEvents } from './check-events.js';
import type { EventSink } from './event-sink.js';
import type { BodyFormat } from './split-body.js';

export interface EventsRequest {
  readonly caller: Caller;
  readonly body: Buffer;
  readonly format: BodyFormat;
  /** Of the HTTP request; for events that carry none themselves. */
  readonly traceparent: string | undefined;
  /** Of the request; undefined where it is not traced. */
  readonly span?: Span | undefined;
  readonly eventsMax: number;
}

/** Events that one log line names. */
const NAMED_MAX = 5;
const ABOUT_THE_SPEAKER = new Set(['source-unknown', 'type-not-allowed']);

/** Checks, then writes; says 202 only after the broker has acknowledged every event. */
@Injectable()
export class ReceiveEventsHandler implements OnModuleDestroy {
  private stopping = false;

  constructor(
    @Inject(EVENT_SINK) private readonly sink: EventSink,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: GatewayMetrics,
  ) {}

  /** From here on new requests are sent elsewhere; those under way get their answer. */
  onModuleDestroy(): void {
    this.stopping = true;
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  async receive(request: EventsRequest): Promise<Answer> {
    const { caller, body, format, eventsMax } = request;
    const verdict = checkEvents(body, format, caller, eventsMax);
    switch (verdict.kind) {
      case 'too-many':
        this.metrics.events.inc({ outcome: 'invalid' }, eventsMax + 1);
        return problem(413, `more than ${eventsMax} events in one request`);
      case 'refused':
        return this.refuse(request, verdict.problems);
      case 'accepted':
        request.span?.link(tracesOf(verdict.events));
        return this.append(request, withTraceparent(verdict.events, request.traceparent));
    }
  }

  private refuse(request: EventsRequest, problems: readonly EventProblem[]): Answer {
    const { caller } = request;
    const forbidden = problems.every(({ reason }) => ABOUT_THE_SPEAKER.has(reason));
    this.metrics.events.inc({ outcome: forbidden ? 'forbidden' : 'invalid' }, problems.length);
    for (const { reason } of problems) this.metrics.refused(caller, reason);
    const ids = problems.slice(0, NAMED_MAX).map(({ boot, seq }) => `${boot ?? '?'}.${seq ?? '?'}`);
    const reasons = [...new Set(problems.map(({ reason }) => reason))];
    this.logger.info(
      { ...speakerOf(request), ids, refused: problems.length, reasons },
      'events are refused',
    );
    const count = `${problems.length} ${problems.length === 1 ? 'event' : 'events'}`;
    return problem(forbidden ? 403 : 400, `${count} refused, none accepted`, { problems });
  }

  private async append(request: EventsRequest, events: readonly EventEnvelope[]): Promise<Answer> {
    const { caller } = request;
    try {
      await this.sink.append(caller, events);
    } catch (err) {
      this.metrics.events.inc({ outcome: 'deferred' }, events.length);
      if (!(err instanceof RetriableError)) {
        const ids = events.slice(0, NAMED_MAX).map(({ attributes }) => eventId(attributes));
        this.logger.error(
          { ...speakerOf(request), ids, refused: events.length, err },
          'the broker refused events',
        );
      }
      return problem(503, 'the broker did not acknowledge; send the same again', { retryAfter: 1 });
    }
    this.metrics.accepted(caller, events);
    return { status: 202, body: { accepted: events.length } };
  }
}

/** Who speaks, for a log line. */
const speakerOf = ({ caller, traceparent }: EventsRequest): object => ({
  source: caller.source,
  site: caller.siteId,
  traceId: readTraceparent(traceparent)?.traceId,
});

function* tracesOf(events: readonly EventEnvelope[]): Generator<TraceContext> {
  for (const { attributes } of events) {
    const context = readTraceparent(attributes.traceparent);
    if (context !== undefined) yield context;
  }
}

function withTraceparent(
  events: readonly EventEnvelope[],
  said: string | undefined,
): readonly EventEnvelope[] {
  const traceparent = goodTraceparent(said);
  if (traceparent === undefined) return events;
  return events.map(({ attributes, data }) => ({
    attributes: { traceparent, ...attributes },
    data,
  }));
}
