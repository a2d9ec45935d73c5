import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvariantError, RetriableError } from '#contracts';
import { type TestStack, testStack } from '#local';
import type { DataSource } from 'typeorm';
import { createDataSource, migrate } from './data-source.js';
import { BookReads } from './reads/book.reads.js';
import { LogReads } from './reads/log.reads.js';
import { LotReads, lotStateOf } from './reads/lot.reads.js';
import { CursorError } from './reads/page.js';
import { SiteReads } from './reads/site.reads.js';
import { encodeChunk } from './write/chunk.js';
import { copyRows } from './write/copy.js';
import { type Pool, createPool, transaction } from './write/pool.js';
import { announceRegistry } from './write/registry.js';
import { rowsStatement, writeRows } from './write/upsert.js';

let stack: TestStack;
let dataSource: DataSource;
let pool: Pool;

beforeAll(async () => {
  stack = await testStack();
  const { databaseUrl } = stack;
  await migrate(databaseUrl);
  dataSource = await createDataSource({ databaseUrl }).initialize();
  pool = createPool({ databaseUrl, applicationName: 'spec', onIdleError: () => undefined });
}, 60_000);
afterAll(async () => {
  await pool.end();
  await dataSource.destroy();
  await stack.close();
});

const minute = (n: number): string => new Date(Date.UTC(2026, 10, 24, 8, n)).toISOString();

const insertLots = (count: number): Promise<unknown> =>
  pool.query(
    `INSERT INTO lot SELECT 'north', 'north.lot-' || n, 'lot-' || n,
       CASE n % 2 WHEN 0 THEN 'steel' ELSE 'textiles' END, 'open', 'E' || n % 3, NULL, NULL,
       CASE WHEN n > 1 THEN ARRAY['north.lot-' || n / 2] ELSE '{}' END, n, n,
       timestamptz '2026-11-24T08:00:00Z' + n / 4 * interval '1 minute', n, n,
       '{"weighed": {"debitsMg": {"$int": "9007199254740993"}}}'
     FROM generate_series(1, $1::int) n`,
    [count],
  );

describe('lots', () => {
  const reads = (): LotReads => new LotReads(dataSource);
  beforeAll(() => insertLots(25));

  it('come newest first, page by page, each once', async () => {
    const ids: string[] = [];
    for (let after: string | undefined; ;) {
      const { items, next } = await reads().lots({}, { after, limit: 4 });
      ids.push(...items.map(({ lotId }) => lotId));
      if (next === null) break;
      after = next;
    }
    expect(ids).toHaveLength(25);
    expect(new Set(ids).size).toBe(25);
    expect(ids.slice(0, 2)).toEqual(['north.lot-25', 'north.lot-24']);
  });

  it('are found by stream, grade, state and the beginning of their id', async () => {
    const found = async (filter: Parameters<LotReads['lots']>[0]): Promise<string[]> =>
      (await reads().lots(filter)).items.map(({ localId }) => localId).sort();
    expect(await found({ stream: 'steel', grade: 'E0' })).toEqual([
      'lot-12',
      'lot-18',
      'lot-24',
      'lot-6',
    ]);
    expect(await found({ q: 'lot-2', siteId: 'north', state: 'open' })).toHaveLength(7);
    expect(await found({ q: 'north.lot-25' })).toEqual(['lot-25']);
    expect(await found({ q: '%' })).toEqual([]);
    expect(await found({ state: 'dispatched' })).toEqual([]);
  });

  it('refuse a cursor that nobody gave', async () => {
    await expect(reads().lots({}, { after: 'bm9uZQ' })).rejects.toThrow(CursorError);
  });

  it('know their ancestors and descendants', async () => {
    const lot = (await reads().lot('north.lot-5'))!;
    expect(lot).toMatchObject({ parents: ['north.lot-2'], weighedMg: 5n, openedTime: minute(1) });
    expect(lotStateOf(lot).weighed.debitsMg).toBe(9007199254740993n);
    const children = await reads().childrenOf(['north.lot-5']);
    expect(children.map(({ localId }) => localId).sort()).toEqual(['lot-10', 'lot-11']);
    expect(await reads().lotsById(['north.lot-1', 'north.lot-x'])).toHaveLength(1);
  });
});

describe('the log', () => {
  const entries = Array.from({ length: 10 }, (_, n) => Buffer.from(`entry ${n}`));
  const reads = (): LogReads => new LogReads(dataSource);

  beforeAll(async () => {
    for (const [first, end] of [
      [0, 3],
      [3, 4],
      [4, 10],
    ] as const) {
      const { codec, body } = encodeChunk(entries.slice(first, end));
      await pool.query('INSERT INTO chunk VALUES ($1, $2, $3, $4, $5)', [
        'north',
        first,
        end - first,
        codec,
        body,
      ]);
    }
    await pool.query(
      `INSERT INTO checkpoint SELECT 'north', n, sha256(n::text::bytea), 'note ' || n,
         timestamptz '2026-11-24T08:00:00Z' + n * interval '1 minute' FROM generate_series(1, 5) n`,
    );
    await pool.query(`INSERT INTO tile VALUES ('north', 0, 0, sha256('a') || sha256('b'))`);
  });

  it.each([
    [0, 10],
    [2, 5],
    [3, 4],
    [9, 10],
    [8, 99],
    [10, 12],
  ])('gives the entries %i to %i across chunks', async (from, to) => {
    const found = await reads().entries('north', from, to);
    expect(found.map((entry) => Buffer.from(entry))).toEqual(entries.slice(from, to));
  });

  it('gives the checkpoint of a size, the newest, and that of a time', async () => {
    expect((await reads().newestCheckpoint('north'))?.size).toBe(5);
    expect((await reads().checkpointOfSize('north', 2))?.note).toBe('note 2');
    expect((await reads().checkpointAsOf('north', new Date(minute(3))))?.size).toBe(3);
    expect(await reads().checkpointAsOf('north', new Date(minute(0)))).toBeNull();
    const after = await reads().checkpointsAfter('north', 3, 10);
    expect(after.map(({ size }) => size)).toEqual([4, 5]);
  });

  it('gives a tile as narrow as asked, and none wider than it is', async () => {
    expect(await reads().tile('north', 0, 0, 1)).toHaveLength(32);
    expect(await reads().tile('north', 0, 0, 3)).toBeNull();
  });
});

describe('the books', () => {
  it('sum postings of a period by kind of account', async () => {
    await pool.query(`INSERT INTO account (site_id, key, book, kind, owner)
      VALUES ('north', 'W:lot:a', 'W', 'lot', 'a'), ('north', 'W:world-in', 'W', 'world-in', '')`);
    await pool.query(`INSERT INTO balance SELECT id, 9e30, 0 FROM account`);
    await transaction(pool, (client) =>
      copyRows(
        client,
        'posting',
        [
          'site_id',
          'from_index',
          'leg',
          'to_index',
          'debit',
          'credit',
          'mass_mg',
          'code',
          'event_time',
        ],
        [0, 1, 2].map((n) => ['north', n, 0, n + 1, 1, 2, 10n ** 20n, 'delivery', minute(n)]),
      ),
    );
    const reads = new BookReads(dataSource);
    const period = [new Date(minute(1)), new Date(minute(3))] as const;
    expect(await reads.turnover('north', ...period)).toEqual([
      { book: 'W', kind: 'lot', debitsMg: 2n * 10n ** 20n, creditsMg: 0n },
      { book: 'W', kind: 'world-in', debitsMg: 0n, creditsMg: 2n * 10n ** 20n },
    ]);
    expect(await reads.accountsOf('a')).toMatchObject([
      { key: 'W:lot:a', debitsMg: 9n * 10n ** 30n },
    ]);
    expect(await reads.postings('north', 1, 2)).toMatchObject([{ fromIndex: 1, debit: 'W:lot:a' }]);
  });
});

describe('writes', () => {
  it('announce a version of a registry once, and never another body for it', async () => {
    const registry = {
      siteId: 'north',
      version: 1,
      name: 'North',
      partition: 0,
      lines: [],
      stations: [
        {
          source: 'north.gate',
          kind: 'gate' as const,
          publicKey: Buffer.alloc(32).toString('base64'),
          tokenSha256: '00'.repeat(32),
        },
      ],
      scales: [],
    };
    const digest = await announceRegistry(pool, registry);
    expect(await announceRegistry(pool, registry)).toBe(digest);
    await announceRegistry(pool, { ...registry, version: 2 });
    await expect(announceRegistry(pool, { ...registry, name: 'South' })).rejects.toThrow('another');
    const newest = await new SiteReads(dataSource).newestRegistries();
    expect(newest).toMatchObject([{ siteId: 'north', version: 2, adoptedIndex: null }]);
  });

  it('come out as what a consumer can decide by when they fail', async () => {
    const failing = (sql: string): Promise<unknown> =>
      transaction(pool, (client) => client.query(sql));
    await expect(failing(`INSERT INTO balance VALUES (1, 0, 0)`)).rejects.toThrow(InvariantError);
    await expect(failing(`DO $$ BEGIN RAISE SQLSTATE '40001'; END $$`)).rejects.toThrow(
      RetriableError,
    );
    await expect(failing(`SELECT pg_terminate_backend(pg_backend_pid())`)).rejects.toThrow(
      RetriableError,
    );
    // The pool has thrown that connection away.
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await expect(failing('SELECT nonsense')).rejects.toThrow('nonsense');
  });

  it('add to a row that is there', async () => {
    const add = rowsStatement(
      'balance',
      { account_id: 'integer' },
      { debits_mg: 'numeric', credits_mg: 'numeric' },
      'add',
    );
    const row = JSON.stringify({ account_id: 77, debits_mg: '9007199254740993', credits_mg: '1' });
    await transaction(pool, (client) => writeRows(client, add, [row]));
    await transaction(pool, (client) => writeRows(client, add, [row]));
    const { rows } = await pool.query('SELECT debits_mg FROM balance WHERE account_id = 77');
    expect(rows).toEqual([{ debits_mg: '18014398509481986' }]);
  });
});
