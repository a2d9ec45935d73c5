import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestStack, testStack } from '#local';
import type { DataSource } from 'typeorm';
import { ENTITIES, createDataSource, migrate } from './data-source.js';

let stack: TestStack;
let dataSource: DataSource;

beforeAll(async () => {
  stack = await testStack();
  // Two services that start together both try.
  await Promise.all([migrate(stack.databaseUrl), migrate(stack.databaseUrl)]);
  dataSource = createDataSource({ databaseUrl: stack.databaseUrl });
  await dataSource.initialize();
}, 60_000);

afterAll(async () => {
  await dataSource.destroy();
  await stack.close();
});

interface ColumnRow {
  table_name: string;
  column_name: string;
  data_type: string;
  is_nullable: 'YES' | 'NO';
  is_key: boolean;
}

const SCHEMA_OF_COLUMNS = `
  SELECT c.table_name, c.column_name, c.data_type, c.is_nullable,
    EXISTS (SELECT 1 FROM information_schema.table_constraints t
      JOIN information_schema.key_column_usage k USING (constraint_name, table_name)
      WHERE t.constraint_type = 'PRIMARY KEY' AND k.table_name = c.table_name
        AND k.column_name = c.column_name) AS is_key
  FROM information_schema.columns c
  WHERE c.table_schema = 'public' AND c.table_name <> 'migration'`;

const TYPE_NAMES: Readonly<Record<string, string>> = {
  timestamptz: 'timestamp with time zone',
};

describe('the entities', () => {
  it('are the migrated schema, column by column', async () => {
    const rows = await dataSource.query<ColumnRow[]>(SCHEMA_OF_COLUMNS);
    const migrated = rows.map(
      (row) =>
        `${row.table_name}.${row.column_name} ${row.data_type}` +
        `${row.is_nullable === 'YES' ? ' null' : ''}${row.is_key ? ' key' : ''}`,
    );
    const declared = ENTITIES.flatMap((entity) => {
      const { tableName, columns } = dataSource.getMetadata(entity);
      return columns.map((column) => {
        const type = column.isArray ? 'ARRAY' : String(column.type);
        return (
          `${tableName}.${column.databaseName} ${TYPE_NAMES[type] ?? type}` +
          `${column.isNullable ? ' null' : ''}${column.isPrimary ? ' key' : ''}`
        );
      });
    });
    expect(declared.sort()).toEqual(migrated.sort());
  });

  it('can all be read', async () => {
    for (const entity of ENTITIES) {
      expect(await dataSource.getRepository(entity).find({ take: 1 })).toEqual([]);
    }
  });
});
