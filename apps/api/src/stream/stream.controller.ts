import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  BadRequestException,
  Controller,
  Get,
  Headers,
  Inject,
  Query,
  Res,
  ServiceUnavailableException,
} from '@nestjs/common';
import type { Logger } from '#process';
import type { Response } from 'express';
import { ApiMetrics } from '../api.metrics.js';
import { LOGGER } from '../api.tokens.js';
import { isDatabaseAway } from '../answers/problem.filter.js';
import { parseQuery } from '../answers/query.js';
import { Snapshots } from '../answers/snapshots.js';
import {
  HEARTBEAT,
  type Positions,
  formatEvent,
  formatPositions,
  parsePositions,
} from './server-sent-events.js';
import { streamQuery } from './stream.schema.js';
import { factsAfter, readPositions } from './stream.store.js';

const POLL_MS = 500;
const HEARTBEAT_MS = 15_000;
/** Each reader asks the database twice a second. */
const READERS_MAX = 100;

/** Facts as they come, as server-sent events: `event` is the fact's type, `id` every site's seq. */
@Controller('v1/stream')
export class StreamController implements BeforeApplicationShutdown {
  private readonly readers = new Map<Response, AbortController>();

  constructor(
    private readonly snapshots: Snapshots,
    private readonly metrics: ApiMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get()
  async stream(
    @Query() query: unknown,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const { site } = parseQuery(streamQuery, query);
    const positions = await this.startOf(lastEventId);
    if (this.readers.size >= READERS_MAX) {
      throw new ServiceUnavailableException(`${READERS_MAX} streams are open; try again later`);
    }
    const stop = new AbortController();
    this.readers.set(response, stop);
    this.metrics.streams.set(this.readers.size);
    response.on('close', () => {
      stop.abort();
    });
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // A kept connection would hold the shutdown up after the stream has ended.
      connection: 'close',
      // nginx would hold events back otherwise.
      'x-accel-buffering': 'no',
    });
    response.write('retry: 1000\n\n');
    try {
      await this.tell(response, positions, site ?? null, stop.signal);
    } finally {
      this.readers.delete(response);
      this.metrics.streams.set(this.readers.size);
      response.end();
    }
  }

  /** A stream never ends by itself and would hold the shutdown up. */
  beforeApplicationShutdown(): void {
    for (const stop of this.readers.values()) stop.abort();
  }

  private async startOf(lastEventId: string | undefined): Promise<Positions> {
    if (lastEventId === undefined || lastEventId === '') {
      return readPositions(this.snapshots.single);
    }
    const positions = parsePositions(lastEventId);
    if (positions === null) {
      throw new BadRequestException(
        'Last-Event-ID: not the id of an event of this stream; leave it out to begin with now',
      );
    }
    return positions;
  }

  private async tell(
    response: Response,
    start: Positions,
    site: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    let positions = start;
    let toldAt = Date.now();
    while (!signal.aborted) {
      const facts = await this.ask(positions, site);
      for (const fact of facts) {
        positions = { ...positions, [fact.siteId]: fact.seq };
        const event = { id: formatPositions(positions), event: fact.type, data: fact };
        await write(response, formatEvent(event), signal);
      }
      if (facts.length > 0) toldAt = Date.now();
      else if (Date.now() - toldAt > HEARTBEAT_MS) {
        toldAt = Date.now();
        await write(response, HEARTBEAT, signal);
      }
      await pause(signal);
    }
  }

  /** While the database is away the stream stays open: nothing is lost by asking again. */
  private async ask(positions: Positions, site: string | null): ReturnType<typeof factsAfter> {
    try {
      return await factsAfter(this.snapshots.single, positions, site);
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      this.logger.warn({ err: error }, 'facts could not be read; the stream asks again');
      return [];
    }
  }
}

/** Waits until a slow reader has taken what was written: nothing piles up here. */
async function write(response: Response, text: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted || response.write(text)) return;
  await once(response, 'drain', { signal }).catch(ignoreAbort);
}

async function pause(signal: AbortSignal): Promise<void> {
  await sleep(POLL_MS, undefined, { signal }).catch(ignoreAbort);
}

/** An abort ends the loop by its condition. */
function ignoreAbort(error: unknown): void {
  if ((error as { name?: unknown }).name !== 'AbortError') throw error as Error;
}
