import { Controller, Get, Query, Res } from '@nestjs/common';
import type { YardStates } from '#custody';
import type { Response } from 'express';
import { parseQuery } from '../answers/query.js';
import { type Resting, Snapshots, TREE_SIZE_HEADER } from '../answers/snapshots.js';
import { PastSites } from '../as-of/past-sites.js';
import { criticalMinerals } from './critical-minerals.js';
import { type CriticalMineralsAnswer, criticalMineralsQuery } from './critical-minerals.schema.js';
import type { ReportHead } from './report.schema.js';
import { type ReportScope, pastReportStates, readReportStates } from './report-states.store.js';
import { reprocessing } from './reprocessing.js';
import { type ReprocessingAnswer, reprocessingQuery } from './reprocessing.schema.js';
import { weee } from './weee.js';
import { type WeeeAnswer, weeeQuery } from './weee.schema.js';

/** Readings of the states, made when they are asked for: nothing of them is kept. */
@Controller('v1/reports')
export class ReportsController {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly pasts: PastSites,
  ) {}

  @Get('critical-minerals')
  async criticalMinerals(
    @Query() query: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CriticalMineralsAnswer> {
    const { site, from, stream, asOf } = parseQuery(criticalMineralsQuery, query);
    const scope = scopeOf(site, stream, from);
    const { treeSize, answer } = await this.states(scope, asOf);
    response.setHeader(TREE_SIZE_HEADER, treeSize);
    return { ...headOf(scope, answer), ...criticalMinerals(answer) };
  }

  @Get('weee')
  async weee(
    @Query() query: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WeeeAnswer> {
    const { site, from, asOf } = parseQuery(weeeQuery, query);
    const scope = scopeOf(site, 'ewaste', from);
    const { treeSize, answer } = await this.states(scope, asOf);
    response.setHeader(TREE_SIZE_HEADER, treeSize);
    return { ...headOf(scope, answer), ...weee(answer) };
  }

  @Get('reprocessing')
  async reprocessing(
    @Query() query: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ReprocessingAnswer> {
    const { site, from, stream, asOf } = parseQuery(reprocessingQuery, query);
    const scope = scopeOf(site, stream, from);
    const { treeSize, answer } = await this.states(scope, asOf);
    response.setHeader(TREE_SIZE_HEADER, treeSize);
    return { ...headOf(scope, answer), ...reprocessing(answer, stream) };
  }

  private async states(scope: ReportScope, asOf: string | undefined): Promise<Resting<YardStates>> {
    const { siteId } = scope;
    if (asOf === undefined) {
      return this.snapshots.readSite(siteId, asOf, (db) => readReportStates(db, scope));
    }
    const treeSize = await this.snapshots.sizeAsOf(siteId, asOf);
    return { treeSize, answer: pastReportStates(await this.pasts.of(siteId, treeSize), scope) };
  }
}

const scopeOf = (siteId: string, stream: string, from: string | undefined): ReportScope => ({
  siteId,
  stream,
  from: from === undefined ? null : new Date(from),
});

const headOf = (
  { siteId, stream, from }: ReportScope,
  { lots, runs, shipments }: YardStates,
): Omit<ReportHead, 'books'> => ({
  siteId,
  stream,
  from: from?.toISOString() ?? null,
  lots: lots.length,
  runs: runs.length,
  shipments: shipments.length,
});
