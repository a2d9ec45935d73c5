import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { type Page, decodeCursor, encodeCursor, toPage } from '../answers/cursor.js';
import { parseQuery } from '../answers/query.js';
import { Snapshots } from '../answers/snapshots.js';
import { type ExceptionAnswer, exceptionsQuery } from './exceptions.schema.js';
import { listExceptions } from './exceptions.store.js';

const ORDER = 'exceptions';

@Controller('v1/exceptions')
export class ExceptionsController {
  constructor(private readonly snapshots: Snapshots) {}

  @Get()
  async list(@Query() query: unknown): Promise<Page<ExceptionAnswer>> {
    const { site, open, cursor, limit } = parseQuery(exceptionsQuery, query);
    const rows = await listExceptions(this.snapshots.single, {
      site,
      open: open === undefined ? undefined : open === 'true',
      after: decodeCursor(cursor, ORDER, z.tuple([z.iso.datetime(), z.string()])),
      limit: limit + 1,
    });
    return toPage(rows, limit, (last) => encodeCursor(ORDER, [last.time, last.exceptionId]));
  }
}
