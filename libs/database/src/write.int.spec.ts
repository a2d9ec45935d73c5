import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvariantError, RetriableError } from '#contracts';
import { type TestStack, testStack } from '#local';
import { migrate } from './data-source.js';
import { decodeChunk, encodeChunk } from './write/chunk.js';
import { copyRows } from './write/copy.js';
import { type Pool, createPool, transaction } from './write/pool.js';
import { announceRegistry } from './write/registry.js';
import { rowsStatement, writeRows } from './write/upsert.js';

let stack: TestStack;
let pool: Pool;

beforeAll(async () => {
  stack = await testStack();
  const { databaseUrl } = stack;
  await migrate(databaseUrl);
  pool = createPool({ databaseUrl, applicationName: 'spec', onIdleError: () => undefined });
}, 60_000);
afterAll(async () => {
  await pool.end();
  await stack.close();
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
    const { rows } = await pool.query('SELECT version, adopted_index FROM registry ORDER BY 1');
    expect(rows).toEqual([
      { version: 1, adopted_index: null },
      { version: 2, adopted_index: null },
    ]);
  });

  it('come out as what a consumer can decide by when they fail', async () => {
    const failing = (sql: string): Promise<unknown> =>
      transaction(pool, (client) => client.query(sql));
    await expect(failing(`INSERT INTO balance VALUES (1, -1, 0)`)).rejects.toThrow(InvariantError);
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

  it('come back from a chunk as they were', () => {
    const entries = ['', 'a', 'b'.repeat(65_535)].map((text) => Buffer.from(text));
    const { codec, body } = encodeChunk(entries);
    expect(decodeChunk(codec, body).map((entry) => Buffer.from(entry))).toEqual(entries);
    expect(() => decodeChunk('morse', body)).toThrow(InvariantError);
  });

  it('copy text that holds what separates fields', async () => {
    const odd = 'tab\t newline\n return\r backslash\\ \\N';
    await pool.query('CREATE TABLE odd (number numeric, text text)');
    await transaction(pool, (client) =>
      copyRows(
        client,
        'odd',
        ['number', 'text'],
        [
          [10n ** 30n, odd],
          [-1, null],
        ],
      ),
    );
    const { rows } = await pool.query('SELECT * FROM odd');
    expect(rows).toEqual([
      { number: String(10n ** 30n), text: odd },
      { number: '-1', text: null },
    ]);
  });

  it('add to a row that is there', async () => {
    await pool.query('CREATE TABLE sums (id integer PRIMARY KEY, mg numeric)');
    const add = rowsStatement('sums', { id: 'integer' }, { mg: 'numeric' }, 'add');
    const row = JSON.stringify({ id: 77, mg: '9007199254740993' });
    await transaction(pool, (client) => writeRows(client, add, [row]));
    await transaction(pool, (client) => writeRows(client, add, [row]));
    const { rows } = await pool.query('SELECT mg FROM sums WHERE id = 77');
    expect(rows).toEqual([{ mg: '18014398509481986' }]);
  });
});
