import { Controller, Get, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { siteAsOf } from '../answers/as-of.js';
import { type Page, decodeCursor, encodeCursor, toPage } from '../answers/cursor.js';
import { parseQuery } from '../answers/query.js';
import { Snapshots, TREE_SIZE_HEADER } from '../answers/snapshots.js';
import { type ExceptionAnswer, exceptionsQuery } from './exceptions.schema.js';
import { listExceptions } from './exceptions.store.js';

const ORDER = 'exceptions';

@Controller('v1/exceptions')
export class ExceptionsController {
  constructor(private readonly snapshots: Snapshots) {}

  @Get()
  async list(
    @Query() query: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<ExceptionAnswer>> {
    const { site, open, asOf, cursor, limit } = parseQuery(exceptionsQuery, query);
    const below = asOf === undefined ? null : await this.snapshots.sizeAsOf(siteAsOf(site), asOf);
    const rows = await listExceptions(this.snapshots.single, {
      site,
      open: open === undefined ? undefined : open === 'true',
      below,
      after: decodeCursor(cursor, ORDER, z.tuple([z.iso.datetime(), z.string()])),
      limit: limit + 1,
    });
    if (below !== null) response.setHeader(TREE_SIZE_HEADER, below);
    return toPage(rows, limit, (last) => encodeCursor(ORDER, [last.time, last.exceptionId]));
  }
}
