import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { spanOf } from '#process';
import { authenticate } from '../authenticate.js';
import { GatewayMetrics } from '../gateway.metrics.js';
import { RECEIVE_OPTIONS } from '../gateway.tokens.js';
import { type Answer, problem, writeAnswer } from '../problem.js';
import { RegistryKeeper } from '../registry/registry.keeper.js';
import { InFlight } from './in-flight.js';
import { type BodyRead, readBody } from './read-body.js';
import { ReceiveEventsHandler } from './receive-events.handler.js';
import { formatOf } from './split-body.js';

export interface ReceiveOptions {
  readonly bodyBytesMax: number;
  readonly eventsMax: number;
}

@Controller('v1/events')
export class ReceiveEventsController {
  constructor(
    private readonly registry: RegistryKeeper,
    private readonly handler: ReceiveEventsHandler,
    private readonly inFlight: InFlight,
    private readonly metrics: GatewayMetrics,
    @Inject(RECEIVE_OPTIONS) private readonly options: ReceiveOptions,
  ) {}

  @Post()
  async post(@Req() request: Request, @Res() response: Response): Promise<void> {
    const stop = this.metrics.requestSeconds.startTimer({ route: 'events' });
    const answer = await this.admit(request);
    // A body that was not read to its end makes the connection useless for another request.
    if (!request.readableEnded || this.handler.isStopping) {
      response.setHeader('connection', 'close');
    }
    writeAnswer(response, answer);
    request.resume();
    stop({ status: String(answer.status) });
  }

  private async admit(request: Request): Promise<Answer> {
    if (this.handler.isStopping) return problem(503, 'stopping', { retryAfter: 1 });
    if (!this.inFlight.tryEnter()) return problem(503, 'too many requests', { retryAfter: 1 });
    try {
      return await this.receive(request);
    } finally {
      this.inFlight.leave();
    }
  }

  private async receive(request: Request): Promise<Answer> {
    const authenticated = authenticate(request, this.registry.current);
    if ('answer' in authenticated) return authenticated.answer;
    const { caller } = authenticated;
    const format = formatOf(request.headers['content-type']);
    if (format === undefined) {
      const known = 'application/cloudevents+json, application/cloudevents-batch+json';
      return problem(415, `content-type: none of ${known}, application/x-ndjson in UTF-8`);
    }
    const { bodyBytesMax, eventsMax } = this.options;
    const read = await readBody(request, this.inFlight, bodyBytesMax);
    if (read.kind !== 'read') return this.refusal(read);
    const { bytes: body } = read;
    try {
      const traceparent = headerText(request.headers['traceparent']);
      const span = spanOf(request);
      const answer = await this.inFlight.inOrder(caller.source, () =>
        this.handler.receive({ caller, body, format, traceparent, span, eventsMax }),
      );
      return answer ?? problem(429, 'too many requests of this source at once', { retryAfter: 1 });
    } finally {
      this.inFlight.give(body.length);
    }
  }

  private refusal(read: Exclude<BodyRead, { kind: 'read' }>): Answer {
    switch (read.kind) {
      case 'too-large':
        return problem(413, `the body has more than ${this.options.bodyBytesMax} bytes`);
      case 'no-room':
        return problem(503, 'too many bytes are waiting for the broker', { retryAfter: 1 });
      case 'unsupported':
        return problem(415, read.detail);
      case 'unreadable':
        return problem(400, `the body cannot be read: ${read.detail}`);
    }
  }
}

const headerText = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;
