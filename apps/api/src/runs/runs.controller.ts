import { Controller, Get, NotFoundException, Param, Query, Res } from '@nestjs/common';
import { siteOf } from '#contracts';
import type { Response } from 'express';
import { z } from 'zod';
import { type Page, decodeCursor, encodeCursor, toPage } from '../answers/cursor.js';
import { asOfOnly, siteAsOf } from '../answers/as-of.js';
import { parseQuery } from '../answers/query.js';
import { Snapshots, TREE_SIZE_HEADER } from '../answers/snapshots.js';
import { pastRun, pastRuns } from '../as-of/past-runs.js';
import type { PastSite } from '../as-of/past-site.js';
import { PastSites } from '../as-of/past-sites.js';
import { type RunAnswer, type RunDetailAnswer, runsQuery } from './runs.schema.js';
import { lotsOfRun, listRuns, readLotStates, readRun, runDetail } from './runs.store.js';

const ORDER = 'runs';

@Controller('v1/runs')
export class RunsController {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly pasts: PastSites,
  ) {}

  @Get()
  async list(
    @Query() query: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<RunAnswer>> {
    const { site, state, asOf, cursor, limit } = parseQuery(runsQuery, query);
    const after = decodeCursor(cursor, ORDER, z.tuple([z.iso.datetime(), z.string()]));
    const part = { after, limit: limit + 1 };
    const past = asOf === undefined ? null : await this.past(siteAsOf(site), asOf);
    if (past !== null) response.setHeader(TREE_SIZE_HEADER, past.treeSize);
    const rows =
      past === null
        ? await listRuns(this.snapshots.single, { site, state, ...part })
        : pastRuns(past, state, part);
    return toPage(rows, limit, (last) => encodeCursor(ORDER, [last.openedTime, last.runId]));
  }

  @Get(':run')
  async one(
    @Param('run') runId: string,
    @Query() query: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RunDetailAnswer> {
    const { asOf } = parseQuery(asOfOnly, query);
    const siteId = siteOf(runId);
    const past = asOf === undefined ? null : await this.past(siteId, asOf);
    const { treeSize, answer } = await this.snapshots.readSite(siteId, asOf, async (db, below) => {
      const booked = past === null ? await readRun(db, siteId, runId) : pastRun(past, runId);
      if (booked === null) return null;
      const lotIds = lotsOfRun(booked.state);
      const lots = past === null ? await readLotStates(db, siteId, lotIds) : past.lots;
      return runDetail(booked, db, lots, below);
    });
    if (answer === null) {
      throw new NotFoundException(`there is no run "${runId}"; /v1/runs lists those there are`);
    }
    response.setHeader(TREE_SIZE_HEADER, treeSize);
    return answer;
  }

  private async past(siteId: string, asOf: string): Promise<PastSite> {
    return this.pasts.of(siteId, await this.snapshots.sizeAsOf(siteId, asOf));
  }
}
