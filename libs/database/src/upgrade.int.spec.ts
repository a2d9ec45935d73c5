import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestStack, testStack } from '#local';
import type { DataSource } from 'typeorm';
import { createDataSource, migrate } from './data-source.js';

const migrationsOf = (databaseUrl: string): readonly unknown[] =>
  createDataSource({ databaseUrl }).options.migrations as readonly unknown[];
/** From the first version to the one before the newest. */
const OLDER = migrationsOf('postgresql://nowhere')
  .slice(1)
  .map((_migration, at) => at + 1);

/** Rows that every version since the first can hold. */
const HASH = `'\\x${'aa'.repeat(32)}'`;
const CONTENT = `
  INSERT INTO chunk VALUES ('north', 0, 1, 'raw', 'x');
  INSERT INTO tile VALUES ('north', 0, 0, ${HASH});
  INSERT INTO site (site_id, partition, tree_size, root, frontier, fact_seq, stream_time,
    committed_at) VALUES ('north', 0, 1, ${HASH}, '', 0, now(), now());
  INSERT INTO checkpoint VALUES ('north', 1, ${HASH}, 'note', now());
  INSERT INTO log_key VALUES ('north', 'log', 'north+1+k');
  INSERT INTO account (site_id, key, book, kind, owner)
    VALUES ('north', 'W:a', 'W', 'lot', 'a'), ('north', 'W:b', 'W', 'lot', 'b');
  INSERT INTO posting VALUES ('north', 0, 0, 1, 1, 2, 7, 'delivery', now());
  INSERT INTO balance VALUES (1, 7, 0), (2, 0, 7);
`;

const SCHEMA = `
  SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
    AS line FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT 'trigger ' || event_object_table || ' ' || trigger_name || ' ' ||
    event_manipulation FROM information_schema.triggers
  UNION ALL SELECT 'grant ' || table_name || ' ' || privilege_type || ' ' || grantee
    FROM information_schema.role_table_grants
    WHERE grantee IN ('ingest', 'reader', 'signer', 'eraser')
  UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
  ORDER BY 1`;

const stacks: TestStack[] = [];
const fresh = async (): Promise<string> => {
  const stack = await testStack();
  stacks.push(stack);
  return stack.databaseUrl;
};

async function linesOf(dataSource: DataSource): Promise<string[]> {
  const rows = await dataSource.query<{ line: string }[]>(SCHEMA);
  return rows.map(({ line }) => line);
}

async function open(databaseUrl: string, migrations?: readonly unknown[]): Promise<DataSource> {
  const dataSource = createDataSource({ databaseUrl });
  if (migrations !== undefined) {
    dataSource.setOptions({ migrations: migrations as NonNullable<never> });
  }
  return dataSource.initialize();
}

let newest: string[];
beforeAll(async () => {
  const databaseUrl = await fresh();
  await migrate(databaseUrl);
  const dataSource = await open(databaseUrl);
  newest = await linesOf(dataSource);
  await dataSource.destroy();
}, 60_000);
afterAll(async () => {
  for (const stack of stacks) await stack.close();
});

describe('a database of an older version, with what it held', () => {
  it.each(OLDER)('becomes that of the newest, after %i migrations', async (count) => {
    const databaseUrl = await fresh();
    const older = await open(databaseUrl, migrationsOf(databaseUrl).slice(0, count));
    await older.runMigrations({ transaction: 'each' });
    await older.query(CONTENT);
    await older.destroy();
    await migrate(databaseUrl);
    const dataSource = await open(databaseUrl);
    try {
      expect(await linesOf(dataSource)).toEqual(newest);
      const held = `SELECT s.tree_size, c.note, p.mass_mg, b.debits_mg
        FROM site s, checkpoint c, posting p, balance b WHERE b.account_id = 1`;
      expect(await dataSource.query(held)).toEqual([
        { tree_size: '1', note: 'note', mass_mg: '7', debits_mg: '7' },
      ]);
    } finally {
      await dataSource.destroy();
    }
  });
});
