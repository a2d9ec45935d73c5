import { Controller, Get, NotFoundException, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { type Page, decodeCursor, encodeCursor, toPage } from '../answers/cursor.js';
import { parseQuery } from '../answers/query.js';
import { Snapshots, TREE_SIZE_HEADER } from '../answers/snapshots.js';
import { type CheckpointAnswer, checkpointsQuery } from './log.schema.js';
import {
  listCheckpoints,
  newestCheckpoint,
  readBundle,
  readKey,
  readKeys,
  readRegistry,
  readTile,
} from './log.store.js';
import { servableTile } from './serve-tile.js';

const FOR_EVER = 'public, max-age=31536000, immutable';
/** A checkpoint is followed by the next one within a second while the site works. */
const SHORT = 'public, max-age=1';
/** A key changes by rotation only. */
const AN_HOUR = 'public, max-age=3600';
const PLAIN_TEXT = 'text/plain; charset=utf-8';
const BYTES = 'application/octet-stream';

const ORDER = 'checkpoints';

/** The log of a site as C2SP tlog-tiles wants it served, so that strangers' tools verify it. */
@Controller('log/:site')
export class LogController {
  constructor(private readonly snapshots: Snapshots) {}

  @Get('checkpoint')
  async checkpoint(@Param('site') siteId: string, @Res() response: Response): Promise<void> {
    const tree = found(await newestCheckpoint(this.snapshots.single, siteId));
    send(response, Buffer.from(tree.note), PLAIN_TEXT, SHORT);
  }

  @Get('checkpoints')
  async checkpoints(
    @Param('site') siteId: string,
    @Query() query: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<CheckpointAnswer>> {
    const { cursor, limit } = parseQuery(checkpointsQuery, query);
    const below = decodeCursor(cursor, ORDER, z.tuple([z.int()]))?.[0] ?? null;
    const { treeSize, answer } = await this.snapshots.readSite(siteId, undefined, (db) =>
      listCheckpoints(db, siteId, below, limit + 1),
    );
    response.setHeader(TREE_SIZE_HEADER, treeSize);
    return toPage(answer, limit, ({ size }) => encodeCursor(ORDER, [size]));
  }

  @Get('tile/*rest')
  async tile(
    @Param('site') siteId: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    // The path as it was sent: a decoded one would let a second form of the same tile in.
    const path = request.path.slice(`/log/${siteId}/`.length);
    const db = this.snapshots.single;
    const tree = found(await newestCheckpoint(db, siteId));
    const { tile, width } = found(servableTile(path, tree.size));
    const body =
      tile.level === 'entries'
        ? await readBundle(db, siteId, tile.index, width)
        : await readTile(db, siteId, tile.level, tile.index, width);
    send(response, body, BYTES, FOR_EVER);
  }

  @Get('key')
  async key(@Param('site') siteId: string, @Res() response: Response): Promise<void> {
    await this.sendKey(siteId, 'log', response);
  }

  @Get('keys')
  async keys(@Param('site') siteId: string, @Res() response: Response): Promise<void> {
    const vkeys = await readKeys(this.snapshots.single, siteId);
    const lines = found(vkeys.length === 0 ? null : vkeys.map((vkey) => `${vkey}\n`).join(''));
    send(response, Buffer.from(lines), PLAIN_TEXT, AN_HOUR);
  }

  @Get('key/time')
  async timeKey(@Param('site') siteId: string, @Res() response: Response): Promise<void> {
    await this.sendKey(siteId, 'time', response);
  }

  @Get('registry/:digest')
  async registry(
    @Param('site') siteId: string,
    @Param('digest') digest: string,
    @Res() response: Response,
  ): Promise<void> {
    const body = found(await readRegistry(this.snapshots.single, siteId, digest));
    send(response, body, 'application/json', FOR_EVER);
  }

  private async sendKey(siteId: string, kind: 'log' | 'time', response: Response): Promise<void> {
    const vkey = found(await readKey(this.snapshots.single, siteId, kind));
    send(response, Buffer.from(`${vkey}\n`), PLAIN_TEXT, AN_HOUR);
  }
}

function found<Value>(value: Value | null): Value {
  if (value === null) throw new NotFoundException('the log has nothing here');
  return value;
}

/** Sent as it is: never compressed, so no header has to say so. */
function send(response: Response, body: Buffer, type: string, cacheControl: string): void {
  response.setHeader('content-type', type);
  response.setHeader('cache-control', cacheControl);
  response.setHeader('content-length', body.length);
  response.end(body);
}
