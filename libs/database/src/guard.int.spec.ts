import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvariantError } from '#contracts';
import { type TestStack, testStack, unguarded } from '#local';
import { createDataSource, migrate } from './data-source.js';
import { OpenTheLedger1764000000000 } from './migrations/1764000000000-open-the-ledger.js';
import { copyRows } from './write/copy.js';
import { type Pool, type PoolClient, createPool, transaction } from './write/pool.js';

const openPool = (databaseUrl: string): Pool =>
  createPool({ databaseUrl, applicationName: 'spec', onIdleError: () => undefined });

let stack: TestStack;
let pool: Pool;

const hash = (byte: string): string => `'\\x${byte.repeat(32)}'`;
const CONTENT = `
  INSERT INTO chunk VALUES ('north', 0, 1, 'raw', 'x');
  INSERT INTO tile VALUES ('north', 0, 0, ${hash('aa')});
  INSERT INTO site VALUES ('north', 0, 1, ${hash('aa')}, '', 0, now(), 1, 'd', now());
  INSERT INTO checkpoint VALUES ('north', 1, ${hash('aa')}, 'note', now());
  INSERT INTO log_key VALUES ('north', 'log', 'north+1+k');
  INSERT INTO fact VALUES ('north', 1, 0, 't', 's', now(), '{}', 'x', now());
  INSERT INTO exception VALUES ('north', 'x1', 'c', 'info', 'a', '{}', now(), 0, NULL, NULL);
  INSERT INTO registry (site_id, version, digest, body) VALUES ('north', 1, '${'5c'.repeat(32)}', 'b');
  INSERT INTO account (site_id, key, book, kind, owner)
    VALUES ('north', 'W:a', 'W', 'lot', 'a'), ('north', 'W:b', 'W', 'lot', 'b');
`;

/** Applies the first migration alone, as an installation of the version before has it. */
async function migrateToFirst(databaseUrl: string): Promise<void> {
  const dataSource = createDataSource({ databaseUrl });
  dataSource.setOptions({ migrations: [OpenTheLedger1764000000000] });
  await dataSource.initialize();
  await dataSource.runMigrations();
  await dataSource.destroy();
}

beforeAll(async () => {
  stack = await testStack();
  await migrateToFirst(stack.databaseUrl);
  pool = openPool(stack.databaseUrl);
  await pool.query(CONTENT);
  await pool.query(`INSERT INTO balance VALUES (1, 7, 0)`);
  // From the version before, with what it held.
  await migrate(stack.databaseUrl);
}, 60_000);
afterAll(async () => {
  await pool.end();
  await stack.close();
});

const run = (sql: string): Promise<unknown> => transaction(pool, (client) => client.query(sql));
/** What a statement comes to for a member of a role. */
const runAs = (role: string, sql: string): Promise<unknown> =>
  transaction(pool, async (client) => {
    await client.query(`SET LOCAL ROLE ${role}`);
    await client.query(sql);
  });

describe('what was written', () => {
  it.each([
    `UPDATE chunk SET body = 'y'`,
    `UPDATE posting SET mass_mg = 1`,
    `UPDATE fact SET data = 'y'`,
    `UPDATE checkpoint SET note = 'y'`,
    `UPDATE account SET book = 'E'`,
    `DELETE FROM posting`,
    `DELETE FROM log_key`,
    `DELETE FROM exception`,
    `DELETE FROM balance`,
    `DELETE FROM registry`,
    `DELETE FROM tile`,
    `TRUNCATE chunk`,
    `TRUNCATE site, tile`,
    `UPDATE exception SET code = 'other'`,
    `UPDATE registry SET body = 'y'`,
    `UPDATE tile SET data = ${hash('bb')}`,
    `UPDATE tile SET data = ${hash('bb')} || data`,
    `UPDATE tile SET idx = 5`,
  ])('stays, also for the owner: %s', async (sql) => {
    await expect(run(sql)).rejects.toThrow(InvariantError);
  });

  it('can be added to where that is meant: a tile grows, an exception closes once', async () => {
    await run(`UPDATE tile SET data = data || ${hash('bb')}`);
    await expect(run(`UPDATE tile SET data = substr(data, 1, 32)`)).rejects.toThrow('only grow');
    await run(`UPDATE exception SET closed_index = 4, closed_reason = 'r'`);
    await expect(run(`UPDATE exception SET closed_index = NULL`)).rejects.toThrow('once');
    await run(`UPDATE exception SET acknowledged_index = 3, acknowledged_by = 'a'`);
    await expect(run(`UPDATE exception SET acknowledged_by = 'b'`)).rejects.toThrow('once');
    await run(`UPDATE registry SET announced_at = now()`);
    await run(`UPDATE registry SET adopted_index = 0`);
    await expect(run(`UPDATE registry SET adopted_index = 1`)).rejects.toThrow('once');
  });

  it('gives way only to who turns the triggers off', async () => {
    const tamper = openPool(unguarded(stack.databaseUrl));
    await tamper.query(`UPDATE chunk SET body = 'y'`);
    await tamper.end();
  });
});

let index = 0;
type Row = readonly [debit: number, credit: number, massMg: number];

async function post(client: PoolClient, how: 'INSERT' | 'COPY', rows: readonly Row[]) {
  const from = index++;
  const time = '2026-11-24T08:00:00.000Z';
  const columns = ['site_id', 'from_index', 'leg', 'to_index', 'debit', 'credit', 'mass_mg'];
  const values = rows.map(([debit, credit, massMg], leg) => {
    const row = ['north', from, leg, from + 1, debit, credit, massMg];
    return [...row, 'scan', time];
  });
  if (how === 'COPY') {
    await copyRows(client, 'posting', [...columns, 'code', 'event_time'], values);
    return;
  }
  for (const row of values) {
    await client.query(`INSERT INTO posting VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, row);
  }
}
const grow = (client: PoolClient, account: number, debits: number, credits: number) =>
  client.query(
    `INSERT INTO balance VALUES ($1, $2, $3) ON CONFLICT (account_id) DO UPDATE
       SET debits_mg = balance.debits_mg + excluded.debits_mg,
         credits_mg = balance.credits_mg + excluded.credits_mg`,
    [account, debits, credits],
  );

describe.each(['INSERT', 'COPY'] as const)('books written with %s', (how) => {
  const book = (rows: readonly Row[], ...growth: Row[]): Promise<void> =>
    transaction(pool, async (client) => {
      if (rows.length > 0) await post(client, how, rows);
      for (const [account, debits, credits] of growth) await grow(client, account, debits, credits);
    });

  it('commit when every account grows by its postings, in whatever order and steps', async () => {
    await book(
      [
        [1, 2, 5],
        [2, 1, 3],
      ],
      [1, 5, 3],
      [2, 3, 5],
    );
    await transaction(pool, async (client) => {
      await grow(client, 1, 2, 0);
      await grow(client, 1, 2, 0);
      await post(client, how, [[1, 2, 4]]);
      await client.query('SAVEPOINT s');
      await post(client, how, [[1, 2, 100]]);
      await client.query('ROLLBACK TO s');
      await grow(client, 2, 0, 4);
    });
  });

  it.each<[string, readonly Row[], Row[]]>([
    ['a posting without its balances', [[1, 2, 5]], []],
    ['a balance without its posting', [], [[1, 5, 0]]],
    ['one leg', [[1, 2, 5]], [[1, 5, 0]]],
    [
      'another amount',
      [[1, 2, 5]],
      [
        [1, 5, 0],
        [2, 0, 6],
      ],
    ],
    [
      'other accounts with the same sums',
      [[1, 2, 5]],
      [
        [2, 5, 0],
        [1, 0, 5],
      ],
    ],
    [
      'sides mixed up',
      [[1, 2, 5]],
      [
        [1, 0, 5],
        [2, 5, 0],
      ],
    ],
  ])('do not commit with %s', async (_what, rows, growth) => {
    const committing = book(rows, ...growth);
    await expect(committing).rejects.toThrow('postings and balances differ');
    await expect(committing).rejects.toThrow(InvariantError);
  });

  it('never shrink', async () => {
    await book([[1, 2, 1]], [1, 1, 0], [2, 0, 1]);
    await expect(run(`UPDATE balance SET debits_mg = 0`)).rejects.toThrow('only grow');
    await expect(run(`UPDATE balance SET account_id = 9 WHERE account_id = 1`)).rejects.toThrow(
      'only grow',
    );
  });
});

describe('a closed period', () => {
  const period = (number: number, from: number, to: number): string =>
    `INSERT INTO period VALUES ('north', ${number}, ${from}, ${to}, 1, ${hash('aa')})`;
  const bookAt = (from: number): Promise<void> =>
    transaction(pool, async (client) => {
      index = from;
      await post(client, 'COPY', [[1, 2, 5]]);
      await grow(client, 1, 5, 0);
      await grow(client, 2, 0, 5);
    });

  it('follows the one before, gets no posting and stays', async () => {
    await expect(run(period(2, 0, 900))).rejects.toThrow('does not follow');
    await run(period(1, 0, 900));
    await expect(run(period(2, 901, 950))).rejects.toThrow('does not follow');
    await expect(bookAt(899)).rejects.toThrow('a period that is closed');
    await bookAt(900);
    await run(period(2, 900, 950));
    await expect(run(`UPDATE period SET to_index = 1`)).rejects.toThrow(InvariantError);
    await expect(run(`DELETE FROM period`)).rejects.toThrow(InvariantError);
    index = 1_000;
  });
});

describe('roles', () => {
  const denied = 'permission denied';
  const checkpoint = (size: number): string =>
    `INSERT INTO checkpoint VALUES ('north', ${size}, ${hash('aa')}, 'note', now())`;

  it('ingest books and rewrites nothing that was said', async () => {
    await transaction(pool, async (client) => {
      await client.query('SET LOCAL ROLE ingest');
      await client.query(`INSERT INTO chunk VALUES ('north', 1, 1, 'raw', 'x')`);
      await client.query(`INSERT INTO account (site_id, key, book, kind, owner)
        VALUES ('north', 'W:c', 'W', 'lot', 'c')`);
      await client.query(`UPDATE tile SET data = data || ${hash('cc')}`);
      await client.query(`UPDATE site SET tree_size = 2`);
      await client.query(`DELETE FROM parked`);
      await post(client, 'COPY', [[1, 2, 5]]);
      await grow(client, 1, 5, 0);
      await grow(client, 2, 0, 5);
    });
    for (const sql of [
      checkpoint(5),
      `UPDATE posting SET mass_mg = 1`,
      `UPDATE chunk SET body = 'z'`,
      `UPDATE fact SET data = 'z'`,
      `UPDATE exception SET code = 'z'`,
      `UPDATE registry SET body = 'z'`,
      `UPDATE tile SET idx = 4`,
      `DELETE FROM chunk`,
      `DELETE FROM balance`,
      `TRUNCATE lot`,
      `ALTER TABLE posting DISABLE TRIGGER ALL`,
      `SET LOCAL session_replication_role = replica`,
    ]) {
      await expect(runAs('ingest', sql)).rejects.toThrow(/permission denied|must be owner/);
    }
  });

  it('signer reads trees and adds checkpoints', async () => {
    await runAs('signer', checkpoint(2));
    await runAs('signer', `SELECT data FROM tile`);
    await runAs('signer', `INSERT INTO cosignature VALUES ('north', 2, 'w', E'— w AAAA\\n')`);
    await expect(runAs('signer', `SELECT body FROM chunk`)).rejects.toThrow(denied);
    await expect(runAs('signer', `UPDATE checkpoint SET note = ''`)).rejects.toThrow(denied);
    await expect(runAs('signer', `UPDATE site SET tree_size = 0`)).rejects.toThrow(denied);
    await expect(runAs('signer', `DELETE FROM checkpoint`)).rejects.toThrow(denied);
  });

  it('reader reads, and eraser has nothing that it may erase yet', async () => {
    await runAs('reader', `SELECT * FROM posting`);
    await expect(runAs('reader', checkpoint(9))).rejects.toThrow(denied);
    await expect(runAs('reader', `UPDATE lot SET status = ''`)).rejects.toThrow(denied);
    await expect(runAs('eraser', `DELETE FROM fact`)).rejects.toThrow(denied);
    await expect(runAs('eraser', `SELECT * FROM fact`)).rejects.toThrow(denied);
  });
});
