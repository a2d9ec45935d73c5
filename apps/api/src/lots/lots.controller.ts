import { Controller, Get, NotFoundException, Param, Query, Res } from '@nestjs/common';
import { siteOf } from '#contracts';
import type { Response } from 'express';
import { z } from 'zod';
import { type Page, decodeCursor, encodeCursor, toPage } from '../answers/cursor.js';
import { parseQuery } from '../answers/query.js';
import { Snapshots, TREE_SIZE_HEADER } from '../answers/snapshots.js';
import { genealogyOf } from './genealogy.js';
import { StoredKin } from './genealogy.store.js';
import { lotsByPrefix, newestLots, prefixKey } from './lot-search.store.js';
import {
  type GenealogyAnswer,
  type LotAnswer,
  type LotDetailAnswer,
  genealogyQuery,
  lotsQuery,
} from './lots.schema.js';
import { readLot } from './lots.store.js';

const NEWEST = 'lots';
const BY_ID = 'lots-by-id';

@Controller('v1/lots')
export class LotsController {
  constructor(private readonly snapshots: Snapshots) {}

  @Get()
  async list(@Query() query: unknown): Promise<Page<LotAnswer>> {
    const { cursor, limit, q, ...filter } = parseQuery(lotsQuery, query);
    const search = { filter, limit: limit + 1 };
    if (q !== undefined) {
      const after = decodeCursor(cursor, BY_ID, z.tuple([z.string(), z.string()]));
      const rows = await lotsByPrefix(this.snapshots.single, search, q, after);
      return toPage(rows, limit, (last) => encodeCursor(BY_ID, prefixKey(q, last)));
    }
    const after = decodeCursor(cursor, NEWEST, z.tuple([z.iso.datetime(), z.string()]));
    const rows = await newestLots(this.snapshots.single, search, after);
    return toPage(rows, limit, (last) => encodeCursor(NEWEST, [last.openedTime, last.lotId]));
  }

  @Get(':lot')
  async one(
    @Param('lot') lotId: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<LotDetailAnswer> {
    const siteId = siteOf(lotId);
    const { treeSize, answer } = await this.snapshots.readSite(siteId, (db) =>
      readLot(db, siteId, lotId),
    );
    if (answer === null) throw noLot(lotId);
    response.setHeader(TREE_SIZE_HEADER, treeSize);
    return answer;
  }

  @Get(':lot/genealogy')
  async genealogy(
    @Param('lot') lotId: string,
    @Query() query: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<GenealogyAnswer> {
    const bounds = parseQuery(genealogyQuery, query);
    const siteId = siteOf(lotId);
    const { treeSize, answer } = await this.snapshots.readSite(siteId, async (db) => {
      const registrar = new StoredKin(db, siteId);
      const [lot] = await registrar.byId([lotId], 1);
      return lot === undefined ? null : genealogyOf(lot, registrar, bounds);
    });
    if (answer === null) throw noLot(lotId);
    response.setHeader(TREE_SIZE_HEADER, treeSize);
    return answer;
  }
}

const noLot = (lotId: string): NotFoundException =>
  new NotFoundException(`there is no lot "${lotId}"; /v1/lots lists those there are`);
