import type { PoolClient } from './pool.js';

/** Columns with their PostgreSQL types; names are ours, never input. */
type Columns = Readonly<Record<string, string>>;

export interface RowsStatement {
  readonly name: string;
  readonly text: string;
}

/** What happens to a row whose key is there: replaced, both summed, or it MUST NOT happen. */
type OnKey = 'replace' | 'add' | 'refuse';

/**
 * A prepared statement that writes any number of rows from one JSON array: one round trip, one
 * plan. Bytes are `\x` hex, big integers decimal strings (`json_to_recordset` reads both).
 */
export function rowsStatement(
  table: string,
  keys: Columns,
  columns: Columns,
  onKey: OnKey = 'replace',
): RowsStatement {
  const all = { ...keys, ...columns };
  const names = Object.keys(all).join(', ');
  const types = Object.entries(all).map(([name, type]) => `${name} ${type}`);
  const changes = Object.keys(columns).map((name) =>
    onKey === 'add'
      ? `${name} = ${table}.${name} + excluded.${name}`
      : `${name} = excluded.${name}`,
  );
  const conflict =
    onKey === 'refuse'
      ? ''
      : ` ON CONFLICT (${Object.keys(keys).join(', ')}) DO UPDATE SET ${changes.join(', ')}`;
  return {
    name: `${onKey}-${table}`,
    text: `INSERT INTO ${table} (${names})
      SELECT ${names} FROM json_to_recordset($1::json) AS rows (${types.join(', ')})${conflict}`,
  };
}

/** Runs the statement for rows that are JSON objects already; nothing is sent when there is none. */
export async function writeRows(
  client: PoolClient,
  { name, text }: RowsStatement,
  rows: readonly string[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query({ name, text, values: [`[${rows.join(',')}]`] });
}

/** Bytes as PostgreSQL reads them in text. */
export const hexBytes = (bytes: Uint8Array): string =>
  `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;
