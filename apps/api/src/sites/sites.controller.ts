import { BadRequestException, Controller, Get, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { type Page, decodeCursor, encodeCursor, toPage } from '../answers/cursor.js';
import { asOfOnly } from '../answers/as-of.js';
import { parseQuery } from '../answers/query.js';
import { Snapshots, TREE_SIZE_HEADER, checkpointAsOf } from '../answers/snapshots.js';
import { pastFlow } from '../as-of/past-flow.js';
import { siteAsKnown } from '../as-of/past-site.js';
import { PastSites } from '../as-of/past-sites.js';
import { balanceOf } from './balance.js';
import { readTurnovers, readUnaccounted } from './balance.store.js';
import {
  type BalanceAnswer,
  type FlowAnswer,
  type SiteAnswer,
  balanceQuery,
  sitesQuery,
} from './sites.schema.js';
import { listSites, readFlow } from './sites.store.js';

const ORDER = 'sites';

@Controller('v1/sites')
export class SitesController {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly pasts: PastSites,
  ) {}

  @Get()
  async list(@Query() query: unknown): Promise<Page<SiteAnswer>> {
    const { asOf, cursor, limit } = parseQuery(sitesQuery, query);
    const after = decodeCursor(cursor, ORDER, z.tuple([z.string()]));
    const sites = await listSites(this.snapshots.single, after?.[0] ?? null, limit + 1);
    const page = toPage(sites, limit, ({ siteId }) => encodeCursor(ORDER, [siteId]));
    if (asOf === undefined) return page;
    const items: SiteAnswer[] = [];
    for (const { siteId } of page.items) {
      // What had no checkpoint then was no site to anybody.
      const then = await checkpointAsOf(this.snapshots.single, siteId, asOf);
      if (then !== null) items.push(siteAsKnown(await this.pasts.of(siteId, then.size), then));
    }
    return { items, next: page.next };
  }

  @Get(':site/flow')
  async flow(
    @Param('site') siteId: string,
    @Query() query: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FlowAnswer> {
    const { asOf } = parseQuery(asOfOnly, query);
    const past =
      asOf === undefined
        ? null
        : await this.pasts.of(siteId, await this.snapshots.sizeAsOf(siteId, asOf));
    const { treeSize, answer } = await this.snapshots.readSite(siteId, asOf, (db) =>
      past === null ? readFlow(db, siteId) : pastFlow(db, past),
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
    const { treeSize, answer } = await this.snapshots.readSite(
      siteId,
      asked.asOf,
      async (db, below) => ({
        siteId,
        from: from?.toISOString() ?? null,
        to: to?.toISOString() ?? null,
        ...balanceOf(await readTurnovers(db, siteId, { from, to, below })),
        unaccounted: await readUnaccounted(db, siteId, { from, to, below }),
      }),
    );
    response.setHeader(TREE_SIZE_HEADER, treeSize);
    return answer;
  }
}
