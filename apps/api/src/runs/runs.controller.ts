import { Controller, Get, NotFoundException, Param, Query, Res } from '@nestjs/common';
import { siteOf } from '#contracts';
import type { Response } from 'express';
import { z } from 'zod';
import { type Page, decodeCursor, encodeCursor, toPage } from '../answers/cursor.js';
import { parseQuery } from '../answers/query.js';
import { Snapshots, TREE_SIZE_HEADER } from '../answers/snapshots.js';
import { type RunAnswer, type RunDetailAnswer, runsQuery } from './runs.schema.js';
import { listRuns, readRun } from './runs.store.js';

const ORDER = 'runs';

@Controller('v1/runs')
export class RunsController {
  constructor(private readonly snapshots: Snapshots) {}

  @Get()
  async list(@Query() query: unknown): Promise<Page<RunAnswer>> {
    const { site, state, cursor, limit } = parseQuery(runsQuery, query);
    const rows = await listRuns(this.snapshots.single, {
      site,
      state,
      after: decodeCursor(cursor, ORDER, z.tuple([z.iso.datetime(), z.string()])),
      limit: limit + 1,
    });
    return toPage(rows, limit, (last) => encodeCursor(ORDER, [last.openedTime, last.runId]));
  }

  @Get(':run')
  async one(
    @Param('run') runId: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RunDetailAnswer> {
    const siteId = siteOf(runId);
    const { treeSize, answer } = await this.snapshots.readSite(siteId, (db) =>
      readRun(db, siteId, runId),
    );
    if (answer === null) {
      throw new NotFoundException(`there is no run "${runId}"; /v1/runs lists those there are`);
    }
    response.setHeader(TREE_SIZE_HEADER, treeSize);
    return answer;
  }
}
