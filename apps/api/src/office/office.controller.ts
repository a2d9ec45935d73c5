import { setTimeout as sleep } from 'node:timers/promises';
import {
  BadRequestException,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  PayloadTooLargeException,
  Post,
  Req,
  Res,
  ServiceUnavailableException,
  type OnApplicationShutdown,
} from '@nestjs/common';
import {
  ATTRIBUTES_BYTES_MAX,
  DATA_BYTES_MAX,
  EVENTS,
  PoisonError,
  RetriableError,
  parseJson,
} from '#contracts';
import type { EventMark } from '#edge';
import type { Request, Response } from 'express';
import { DataSource } from 'typeorm';
import { actorOf, checkApproval } from './actors.js';
import { OFFICE_EVENTS, type OfficeRequest, officeEvent, officeRequest } from './office-entry.js';
import type { OfficeAnswer, OfficeEvents } from './office.schema.js';
import { OfficeDesks } from './office-desks.js';
import { isInLog } from './position.store.js';

/** The envelope around the data is small. */
const BODY_BYTES_MAX = DATA_BYTES_MAX + 4 * ATTRIBUTES_BYTES_MAX;
/** A person waits about so long to see that it is in the books. */
const LOGGED_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 100;
const KEY = /^[\x21-\x7e]{8,128}$/;

/** The office desk: people enter what no station said. It speaks as a station does. */
@Controller('v1/office')
export class OfficeController implements OnApplicationShutdown {
  constructor(
    private readonly desks: OfficeDesks,
    private readonly dataSource: DataSource,
  ) {}

  @Get()
  events(): OfficeEvents {
    return {
      items: [...OFFICE_EVENTS].map(([name, { type, summary }]) => ({
        name,
        summary,
        schema: `/schemas/${type}.json`,
      })),
      next: null,
    };
  }

  @Post(':name')
  @HttpCode(202)
  async enter(
    @Param('name') name: string,
    @Req() http: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OfficeAnswer> {
    const definition = OFFICE_EVENTS.get(name);
    if (definition === undefined) {
      throw new NotFoundException(
        `nobody at an office says "${name}"; there are ${[...OFFICE_EVENTS.keys()].join(', ')}`,
      );
    }
    const { authorization, actor: named } = http.headers;
    const actor = actorOf(this.desks.actors, {
      authorization,
      actor: typeof named === 'string' ? named : undefined,
      address: http.socket.remoteAddress,
    });
    const key = http.headers['idempotency-key'];
    if (typeof key !== 'string' || !KEY.test(key)) {
      throw new BadRequestException(
        'the header `idempotency-key` names this entry, 8 to 128 characters: repeated, it is made once',
      );
    }
    const request = await readRequest(http);
    const { approvedBy } = request.data;
    if (name === EVENTS.eventCorrected.name && typeof approvedBy === 'string') {
      const { approval } = http.headers;
      const authorization = typeof approval === 'string' ? approval : undefined;
      checkApproval(this.desks.actors, { authorization, actor, approvedBy });
    }
    const desk = await this.desks.of(request.siteId);
    const { source } = desk;
    const call = {
      definition,
      request,
      source,
      actor,
      nowMs: Date.now(),
      traced: http.headers['traceparent'],
    };
    const entered = await attempt(() => desk.enter(key, officeEvent(call)));
    const { mark } = entered;
    if (entered.kind === 'key-used') {
      throw new ConflictException(
        `idempotency-key: it is that of another entry, ${source} ${mark.boot}.${mark.seq}`,
      );
    }
    const logged = await this.untilLogged(request.siteId, source, mark);
    response.status(logged ? 201 : 202);
    return { source, ...mark, repeated: entered.repeated, logged };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.desks.close();
  }

  private async untilLogged(siteId: string, source: string, mark: EventMark): Promise<boolean> {
    const deadline = Date.now() + LOGGED_WITHIN_MS;
    for (;;) {
      if (await isInLog(this.dataSource.manager, siteId, source, mark)) return true;
      if (Date.now() > deadline) return false;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** What the entry itself is to blame for becomes a 400, what may pass a 503. */
async function attempt<T>(what: () => Promise<T>): Promise<T> {
  try {
    return await what();
  } catch (error) {
    if (error instanceof PoisonError) throw new BadRequestException(error.message);
    if (error instanceof RetriableError) throw new ServiceUnavailableException(error.message);
    throw error;
  }
}

async function readRequest(http: Request): Promise<OfficeRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of http as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) {
      throw new PayloadTooLargeException(`the body: more than ${BODY_BYTES_MAX} bytes`);
    }
    chunks.push(chunk);
  }
  const body = await attempt(() => Promise.resolve(parseJson(Buffer.concat(chunks))));
  const parsed = officeRequest.safeParse(body);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.map(String).join('.') || 'the body'}: ${message}`,
    );
    throw new BadRequestException(problems.join('; '));
  }
  return parsed.data;
}
