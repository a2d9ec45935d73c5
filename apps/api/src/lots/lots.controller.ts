import { Controller, Get, Inject, NotFoundException, Param, Query, Res } from '@nestjs/common';
import { siteOf } from '#contracts';
import type { PriceBook } from '#materials';
import type { Response } from 'express';
import { z } from 'zod';
import { PRICES } from '../api.tokens.js';
import { type Page, decodeCursor, encodeCursor, toPage } from '../answers/cursor.js';
import { asOfOnly, siteAsOf } from '../answers/as-of.js';
import { parseQuery } from '../answers/query.js';
import { Snapshots, TREE_SIZE_HEADER } from '../answers/snapshots.js';
import { PastKin, PastLots, pastLotsByPrefix, pastNewestLots } from '../as-of/past-lots.js';
import type { PastSite } from '../as-of/past-site.js';
import { PastSites } from '../as-of/past-sites.js';
import { genealogyOf } from './genealogy.js';
import { StoredKin } from './genealogy.store.js';
import { lotsByPrefix, newestLots, prefixKey } from './lot-search.store.js';
import { lotDetail } from './lot-detail.js';
import {
  type GenealogyAnswer,
  type LotAnswer,
  type LotDetailAnswer,
  genealogyQuery,
  lotsQuery,
} from './lots.schema.js';
import { StoredLots } from './lots.store.js';

const NEWEST = 'lots';
const BY_ID = 'lots-by-id';

@Controller('v1/lots')
export class LotsController {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly pasts: PastSites,
    @Inject(PRICES) private readonly prices: PriceBook,
  ) {}

  @Get()
  async list(
    @Query() query: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<LotAnswer>> {
    const { cursor, limit, q, asOf, ...filter } = parseQuery(lotsQuery, query);
    const search = { filter, limit: limit + 1 };
    const db = this.snapshots.single;
    const past = asOf === undefined ? null : await this.past(siteAsOf(filter.site), asOf);
    if (past !== null) response.setHeader(TREE_SIZE_HEADER, past.treeSize);
    if (q !== undefined) {
      const after = decodeCursor(cursor, BY_ID, z.tuple([z.string(), z.string()]));
      const rows =
        past === null
          ? await lotsByPrefix(db, search, q, after)
          : pastLotsByPrefix(past, search, q, after);
      return toPage(rows, limit, (last) => encodeCursor(BY_ID, prefixKey(q, last)));
    }
    const after = decodeCursor(cursor, NEWEST, z.tuple([z.iso.datetime(), z.string()]));
    const rows =
      past === null ? await newestLots(db, search, after) : pastNewestLots(past, search, after);
    return toPage(rows, limit, (last) => encodeCursor(NEWEST, [last.openedTime, last.lotId]));
  }

  @Get(':lot')
  async one(
    @Param('lot') lotId: string,
    @Query() query: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<LotDetailAnswer> {
    const { asOf } = parseQuery(asOfOnly, query);
    const siteId = siteOf(lotId);
    const past = asOf === undefined ? null : await this.past(siteId, asOf);
    const { treeSize, answer } = await this.snapshots.readSite(siteId, asOf, (db, below) => {
      const book = past === null ? new StoredLots(db, siteId) : new PastLots(past);
      return lotDetail(book, db, lotId, { below, prices: this.prices });
    });
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
    const { asOf, ...bounds } = parseQuery(genealogyQuery, query);
    const siteId = siteOf(lotId);
    const past = asOf === undefined ? null : await this.past(siteId, asOf);
    const { treeSize, answer } = await this.snapshots.readSite(siteId, asOf, async (db) => {
      const registrar = past === null ? new StoredKin(db, siteId) : new PastKin(past);
      const [lot] = await registrar.byId([lotId], 1);
      return lot === undefined ? null : genealogyOf(lot, registrar, bounds);
    });
    if (answer === null) throw noLot(lotId);
    response.setHeader(TREE_SIZE_HEADER, treeSize);
    return answer;
  }

  private async past(siteId: string, asOf: string): Promise<PastSite> {
    return this.pasts.of(siteId, await this.snapshots.sizeAsOf(siteId, asOf));
  }
}

const noLot = (lotId: string): NotFoundException =>
  new NotFoundException(`there is no lot "${lotId}"; /v1/lots lists those there are`);
