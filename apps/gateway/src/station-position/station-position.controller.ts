import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Pool } from '#database';
import type { Logger } from '#process';
import { authenticate } from '../authenticate.js';
import { GatewayMetrics } from '../gateway.metrics.js';
import { DATABASE, LOGGER } from '../gateway.tokens.js';
import { type Answer, problem, writeAnswer } from '../problem.js';
import { RegistryKeeper } from '../registry/registry.keeper.js';
import { loadPositions } from './station-position.store.js';

@Controller('v1/stations')
export class StationPositionController {
  private away = false;

  constructor(
    private readonly registry: RegistryKeeper,
    private readonly metrics: GatewayMetrics,
    @Inject(DATABASE) private readonly database: Pool,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get(':source/position')
  async get(
    @Param('source') source: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const stop = this.metrics.requestSeconds.startTimer({ route: 'position' });
    const answer = await this.position(source, request);
    writeAnswer(response, answer);
    stop({ status: String(answer.status) });
  }

  private async position(source: string, request: Request): Promise<Answer> {
    const directory = this.registry.current;
    const authenticated = authenticate(request, directory);
    if ('answer' in authenticated) return authenticated.answer;
    const { siteId } = authenticated.caller;
    // Whether another site has such a source is not for this one to know.
    if (directory?.callerOfSource(siteId, source) === undefined) {
      return problem(404, `no station "${source.slice(0, 128)}" at the token's site`);
    }
    try {
      const boots = await loadPositions(this.database, siteId, source);
      this.away = false;
      return { status: 200, body: { source, boots } };
    } catch (err) {
      if (!this.away) this.logger.warn({ err }, 'positions cannot be read');
      this.away = true;
      return problem(503, 'the database is away; ingest goes on', { retryAfter: 2 });
    }
  }
}
