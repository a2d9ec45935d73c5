import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FoldResult } from '#custody';
import { type Pool, transaction } from '#database';
import type { z } from 'zod';
import { SITE } from '../../../test/arbitraries/site-stream.js';
import { pageOf } from './answers/cursor.js';
import { exceptionAnswer } from './exceptions/exceptions.schema.js';
import { lotAnswer, lotDetailAnswer } from './lots/lots.schema.js';
import { runAnswer, runDetailAnswer } from './runs/runs.schema.js';
import { balanceAnswer, flowAnswer, siteAnswer } from './sites/sites.schema.js';
import { LOT, RUN, STEEL, day } from './spec-day.js';
import { type FilledService, startFilledService, startSpecService } from './spec-service.js';
import { insertFact } from './spec-site.js';

let service: FilledService;
let pool: Pool;
let result: FoldResult;

beforeAll(async () => {
  service = await startFilledService(day());
  ({ pool, result } = service);
}, 60_000);

afterAll(() => service.close());

/** The answer, held against the schema that the description of the interface is made of. */
async function ask<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const response = await service.get(path);
  expect([path, response.status]).toEqual([path, 200]);
  expect(response.headers.get('content-type')).toContain('application/json');
  if (/^\/v1\/(sites|runs|lots)\/./.test(path)) {
    expect(response.headers.get('urbanmine-tree-size')).toBe(String(result.entries.length));
  }
  return schema.parse(await response.json());
}

/** What was changed last of each source is its newest boot. */
const newestBoots = (): ReadonlyMap<string, { readonly accepted: number }> =>
  new Map(result.changed.boots.map((state) => [state.source, state]));

describe('the api', () => {
  it('lists sites with what their logs cover', async () => {
    const { items, next } = await ask('/v1/sites', pageOf(siteAnswer));
    expect(next).toBeNull();
    expect(items).toEqual([
      {
        siteId: SITE,
        name: 'North yard',
        treeSize: result.entries.length,
        checkpoint: {
          size: result.entries.length,
          signedAt: new Date((1_795_000_000 + result.entries.length) * 1000).toISOString(),
        },
        streamTime: '2026-11-24T08:00:00.900Z',
        lotsOpen: 3,
        runsOpen: 0,
      },
    ]);
  });

  it('tells the flow by stream and class', async () => {
    const { items } = await ask(`/v1/sites/${SITE}/flow`, flowAnswer);
    const steel = items.find((item) => item.class === 'carbon-steel');
    expect(steel).toMatchObject({ stream: 'steel', pieces: '4' });
    expect(steel?.estimated.debitsMg).toBe('800');
    // The frames' own times lie more than the window before stream time.
    expect(steel?.recentEstimatedMg).toBe('0');
    await pool.query(`UPDATE posting SET event_time = '2026-11-24T08:00:00Z' WHERE code = 'scan'`);
    const again = await ask(`/v1/sites/${SITE}/flow`, flowAnswer);
    await pool.query(`UPDATE posting SET event_time = '2026-11-24T07:59:00Z' WHERE code = 'scan'`);
    const recent = again.items.map((item) => [item.class, item.recentEstimatedMg]);
    expect(recent).toEqual(
      expect.arrayContaining([
        ['carbon-steel', '800'],
        ['copper-bearing', '200'],
      ]),
    );
  });

  it('closes its books over any period', async () => {
    const all = await ask(`/v1/sites/${SITE}/balance`, balanceAnswer);
    expect(all.closes).toBe(true);
    expect(all.books.map(({ book }) => book)).toEqual(['E', 'W']);
    const kinds = new Map(all.accounts.map((line) => [`${line.book}:${line.kind}`, line]));
    expect(kinds.get('W:world-in')).toMatchObject({ openingMg: '0', closingMg: '-3000000' });
    expect(kinds.get('W:loss-dust')).toMatchObject({ closingMg: '15000' });
    expect(kinds.get('W:unaccounted')).toMatchObject({ closingMg: '5000' });
    expect(all.unaccounted).toMatchObject({ massMg: '5000', runs: 1 });
    // Feed 400, two containers of 300, dust 2000: the root of the sum of squares.
    expect(all.unaccounted.uncertaintyMg).toBe('2083');
    const balance = (query: string): ReturnType<typeof ask<typeof balanceAnswer>> =>
      ask(`/v1/sites/${SITE}/balance?${query}`, balanceAnswer);
    const before = await balance('to=2026-11-24T07:59:00Z');
    expect(before.closes).toBe(true);
    expect(before.accounts.every((line) => line.closingMg === '0')).toBe(true);
    const after = await balance('from=2026-11-24T07:59:00.001Z');
    expect(after.closes).toBe(true);
    expect(after.accounts.find(({ kind }) => kind === 'world-in')).toMatchObject({
      openingMg: '-3000000',
      creditsMg: '0',
      closingMg: '-3000000',
    });
    const within = await balance('from=2026-11-24T07:59:00.000Z&to=2026-11-24T09:00:00Z');
    expect(within.accounts).toEqual(all.accounts);
  });

  it('tells a run with its balance and where it stands in the log', async () => {
    const run = await ask(`/v1/runs/${RUN}`, runDetailAnswer);
    expect(run).toMatchObject({
      state: 'balanced',
      lineId: 'line-1',
      unaccountedMg: '5000',
      inputs: [LOT],
      losses: [{ account: 'dust', massMg: '15000', uncertaintyMg: '2000' }],
    });
    expect(run.feeds).toEqual([
      { source: `${SITE}.belt`, lotId: LOT, cumulativeMg: '1000000', uncertaintyMg: '400' },
    ]);
    expect(run.outlets[0]).toMatchObject({ outlet: 0, lotId: STEEL, weighedMg: '800000' });
    // No book knows how its recipe is confused.
    expect(run.figures.outlets[0]).toMatchObject({
      yield: { value: 0.8 },
      classes: { massMg: '800', notCorrected: 'no-confusion' },
      purity: null,
      analytes: [
        { analyte: 'Cu', sharePpm: { value: 1_810 }, recovery: { value: expect.any(Number) } },
      ],
    });
    expect(run.balance?.data).toMatchObject({ unaccountedMg: '5000', marks: 'reached' });
    const entry = JSON.parse(result.entries[run.balance!.logIndex]!.toString()) as {
      data: unknown;
    };
    expect(entry.data).toEqual(run.balance?.data);
    expect(run.facts.map(({ type }) => type)).toContain('urbanmine.custody.run.opened.v1');
    const { items } = await ask('/v1/runs?state=balanced&site=north', pageOf(runAnswer));
    expect(items.map(({ runId }) => runId)).toEqual([RUN]);
    expect((await ask('/v1/runs?state=open', pageOf(runAnswer))).items).toEqual([]);
  });

  it('tells a lot with its books and its neighbours', async () => {
    const lot = await ask(`/v1/lots/${STEEL}`, lotDetailAnswer);
    expect(lot).toMatchObject({ state: 'dispatched', grade: 'carbon-steel', runId: RUN });
    expect(lot.weighed.debitsMg).toBe('900000');
    expect(lot.variance.balanceMg).toBe('-100000');
    expect(lot.estimated).toEqual([
      { class: 'carbon-steel', debitsMg: '800', creditsMg: '0', balanceMg: '800' },
    ]);
    expect(lot.parents.map(({ lotId }) => lotId)).toEqual([LOT]);
    expect(lot.exceptions.map(({ code }) => code)).toEqual(['shipment-exceeds-lot']);
    expect(lot.facts.map(({ type }) => type)).toContain('urbanmine.custody.lot.dispatched.v1');
    const parent = await ask(`/v1/lots/${LOT}`, lotDetailAnswer);
    expect(parent.children.map(({ lotId }) => lotId)).toEqual([STEEL, `${SITE}.lot-102`]);
    expect(parent).toMatchObject({ origin: 'delivery', ewc: '191001' });
  });

  it.each([
    ['newest first', '', 4],
    ['of a stream', 'stream=steel&', 4],
    ['of a state', 'state=dispatched&', 1],
    ['of a grade', 'grade=E40&', 2],
    ['of a site', 'site=north&', 4],
    ['of another site', 'site=south&', 0],
    ['by id without the site', 'q=lot-1&', 3],
    ['by id with the site', 'q=north.lot-10&', 2],
    ['by an id that is none', 'q=lot_1&', 0],
  ])(
    'pages through lots %s without leaving one out or giving one twice',
    async (_case, query, count) => {
      const seen: z.infer<typeof lotAnswer>[] = [];
      let cursor = '';
      for (;;) {
        const path = `/v1/lots?${query}limit=1${cursor}`;
        const { items, next } = await ask(path, pageOf(lotAnswer));
        seen.push(...items);
        if (next === null) break;
        cursor = `&cursor=${next}`;
      }
      expect(seen).toHaveLength(count);
      expect(new Set(seen.map(({ lotId }) => lotId)).size).toBe(count);
      const keys = seen.map(({ openedTime, lotId }) =>
        query.startsWith('q=') ? lotId : `${openedTime} ${lotId}`,
      );
      expect(keys).toEqual(query.startsWith('q=') ? keys.toSorted() : keys.toSorted().reverse());
    },
  );

  it('lists exceptions', async () => {
    const list = (query: string) => ask(`/v1/exceptions?${query}`, pageOf(exceptionAnswer));
    const open = await list('open=true&site=north');
    expect(open.items.map(({ about }) => about)).toContain(STEEL);
    expect(open.items.every(({ closedIndex }) => closedIndex === null)).toBe(true);
    const first = await list('limit=1');
    expect(first.items).toHaveLength(1);
    expect((await list('open=true&site=south')).items).toEqual([]);
  });

  it.each([
    ['/v1/lots?limit=0', 400, 'limit: '],
    ['/v1/lots?grad=E40', 400, 'Parameters here: stream, state, grade'],
    ['/v1/lots?cursor=x', 400, 'leave it out to begin at the first page'],
    ['/v1/lots?q=%25', 400, 'q: letters'],
    ['/v1/runs?state=done', 400, 'state: '],
    [`/v1/sites/${SITE}/balance?from=yesterday`, 400, 'from: '],
    [`/v1/sites/${SITE}/balance?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`, 400, 'from: '],
    ['/v1/sites/nowhere/flow', 404, '/v1/sites lists'],
    [`/v1/lots/${SITE}.lot-9`, 404, '/v1/lots lists'],
    ['/v1/lots/lot', 404, 'there is no site'],
    [`/v1/runs/${SITE}.run-9`, 404, '/v1/runs lists'],
    ['/schemas/urbanmine.nothing.v1.json', 404, 'urbanmine.pieces.scanned.v1'],
    ['/v2/anything', 404, ''],
  ])('answers %s with %i and what to do', async (path, status, detail) => {
    const response = await service.get(path);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({
      status,
      detail: expect.stringContaining(detail) as unknown,
    });
    expect(response.status).toBe(status);
  });

  it('describes itself, shows a page, and is ready', async () => {
    const schema = await (await service.get('/schemas/urbanmine.lot.assayed.v1.json')).json();
    expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' });
    expect(await (await service.get('/openapi.json')).json()).toMatchObject({ openapi: '3.1.0' });
    const page = await service.get('/');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('North yard');
    const ready = await service.get('/readyz');
    expect([ready.status, await ready.json()]).toMatchObject([200, { ready: true }]);
    const metrics = await (await service.get('/metrics')).text();
    expect(metrics).toContain(`urbanmine_log_size_entries{site="north"} ${result.entries.length}`);
    expect(metrics).toContain('urbanmine_api_requests_total{route="/v1/lots",code="200"}');
    for (const [source, { accepted }] of newestBoots()) {
      const labels = `site="north",station="${source.slice('north.'.length)}"`;
      expect(metrics).toContain(`urbanmine_station_events_total{${labels}} ${accepted}`);
      expect(metrics).toContain(`urbanmine_station_open_slots{${labels}} 0`);
      expect(metrics).toContain(`urbanmine_station_seals_total{${labels},result="failed"} 0`);
    }
    expect(metrics).toMatch(/^urbanmine_hazards_open{site="north"} \d+$/m);
    // 5,000 mg that the run lost, over the 2,083 it is uncertain by, less the slack.
    expect(metrics).toMatch(/^urbanmine_scale_shift_sigmas{site="north",scale="belt-1"} 1\.9\d+$/m);
    expect(metrics).toMatch(/^urbanmine_scale_shift_sigmas{site="north",scale="floor-1"} -1\.9/m);
    expect(metrics).not.toMatch(/^urbanmine_scale_shifts_open{/m);
    expect(metrics).toContain(
      'urbanmine_station_line{site="north",station="belt",line="line-1"} 1',
    );
    expect(metrics).toContain('urbanmine_station_line{site="north",station="gate",line=""} 1');
    // Nobody has stated it, and no room at all would page somebody.
    expect(metrics).not.toMatch(/^urbanmine_database_quota_bytes /m);
    expect(metrics).toMatch(/^urbanmine_database_bytes [1-9]\d+$/m);
    expect(metrics).toMatch(/^urbanmine_database_connections_in_use \d+$/m);
  });

  it('answers again after its connections were cut', async () => {
    await Promise.all([1, 2, 3].map(() => service.get('/v1/sites')));
    const { rowCount } = await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'urbanmine-api'`,
    );
    expect(rowCount).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await service.get('/v1/sites')).status).toBe(200);
    expect((await service.get(`/v1/lots/${LOT}`)).status).toBe(200);
  });

  it('tells the registry by digest, byte for byte', async () => {
    const { rows } = await pool.query<{ digest: string; body: Buffer }>('SELECT * FROM registry');
    const response = await service.get(`/log/${SITE}/registry/${rows[0]!.digest}`);
    expect(Buffer.from(await response.arrayBuffer()).equals(rows[0]!.body)).toBe(true);
  });
});

describe('the stream', () => {
  async function readUntil(response: Response, text: string): Promise<string> {
    let seen = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      seen += decoder.decode(chunk, { stream: true });
      if (seen.includes(text)) break;
    }
    return seen;
  }

  it('begins with now, and goes on where a connection was lost', async () => {
    const newest = result.facts.at(-1)!;
    const stop = new AbortController();
    const live = await fetch(`${service.base}/v1/stream`, { signal: stop.signal });
    expect(live.headers.get('content-type')).toContain('text/event-stream');
    const [seq, logIndex] = [newest.seq + 1, newest.logIndex + 1];
    await transaction(pool, (client) => insertFact(client, SITE, { ...newest, seq, logIndex }));
    const seen = await readUntil(live, `id: ${SITE}:${seq}\n`);
    stop.abort();
    expect(seen.match(/^id: /gm)).toHaveLength(1);

    const again = await service.get('/v1/stream', { 'last-event-id': `${SITE}:${seq - 2}` });
    const text = await readUntil(again, `id: ${SITE}:${seq}\n`);
    expect(text.match(/^id: .*$/gm)).toEqual([`id: ${SITE}:${seq - 1}`, `id: ${SITE}:${seq}`]);
    expect(text).toContain(`event: ${newest.attributes.type}\n`);
  });

  it('ends when the service stops, and does not hold the stop up', async () => {
    const other = await startSpecService();
    const live = await fetch(`${other.base}/v1/stream`);
    const begin = Date.now();
    await Promise.all([other.close(), live.text()]);
    expect(Date.now() - begin).toBeLessThan(2_500);
  });

  it('refuses an id that is not its own', async () => {
    const response = await service.get('/v1/stream', { 'last-event-id': 'x' });
    expect(response.status).toBe(400);
  });
});
