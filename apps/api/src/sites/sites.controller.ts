import { BadRequestException, Controller, Get, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { type Page, decodeCursor, encodeCursor, toPage } from '../answers/cursor.js';
import { parseQuery } from '../answers/query.js';
import { Snapshots, TREE_SIZE_HEADER } from '../answers/snapshots.js';
import { balanceOf } from './balance.js';
import { readTurnovers, readUnaccounted } from './balance.store.js';
import {
  type BalanceAnswer,
  type FlowAnswer,
  type SiteAnswer,
  balanceQuery,
  flowQuery,
  sitesQuery,
} from './sites.schema.js';
import { listSites, readFlow } from './sites.store.js';

const ORDER = 'sites';

@Controller('v1/sites')
export class SitesController {
  constructor(private readonly snapshots: Snapshots) {}

  @Get()
  async list(@Query() query: unknown): Promise<Page<SiteAnswer>> {
    const { cursor, limit } = parseQuery(sitesQuery, query);
    const after = decodeCursor(cursor, ORDER, z.tuple([z.string()]));
    const sites = await listSites(this.snapshots.single, after?.[0] ?? null, limit + 1);
    return toPage(sites, limit, ({ siteId }) => encodeCursor(ORDER, [siteId]));
  }

  @Get(':site/flow')
  async flow(
    @Param('site') siteId: string,
    @Query() query: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FlowAnswer> {
    parseQuery(flowQuery, query);
    const { treeSize, answer } = await this.snapshots.readSite(siteId, (db) =>
      readFlow(db, siteId),
    );
    response.setHeader(TREE_SIZE_HEADER, treeSize);
    return answer;
  }

  @Get(':site/balance')
  async balance(
    @Param('site') siteId: string,
    @Query() query: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<BalanceAnswer> {
    const asked = parseQuery(balanceQuery, query);
    const from = asked.from === undefined ? null : new Date(asked.from);
    const to = asked.to === undefined ? null : new Date(asked.to);
    if (from !== null && to !== null && from >= to) {
      throw new BadRequestException('from: not before `to`; the period has no moment in it');
    }
    const { treeSize, answer } = await this.snapshots.readSite(siteId, async (db) => ({
      siteId,
      from: from?.toISOString() ?? null,
      to: to?.toISOString() ?? null,
      ...balanceOf(await readTurnovers(db, siteId, { from, to })),
      unaccounted: await readUnaccounted(db, siteId, { from, to }),
    }));
    response.setHeader(TREE_SIZE_HEADER, treeSize);
    return answer;
  }
}
