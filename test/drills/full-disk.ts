import pg from 'pg';
import type { RunningLine } from '../running-line.js';
import type { Drill } from './drill-case.js';

/** Of what the database takes when the drill begins; a tenth of the quota is then nearly left. */
const ROOM = 1.13;

async function databaseBytes({ databaseUrl }: RunningLine): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ bytes: string }>(
      'SELECT pg_database_size(current_database()) AS bytes',
    );
    return Number(rows[0]!.bytes);
  } finally {
    await client.end();
  }
}

async function allow(line: RunningLine, times: number): Promise<void> {
  const quota = Math.round((await databaseBytes(line)) * times);
  await line.restartService('api', { DATABASE_QUOTA_BYTES: String(quota) });
}

/** Nobody's disk is filled: the plant fills what the operator allows the database. */
export const fullDisk: Drill = {
  name: 'full-disk',
  alerts: ['DiskFilling'],
  what: 'the plan of the database has room for an eighth more, and the plant goes on',
  remedy: 'a larger plan',
  rate: 4_000,
  hurry: [['free:ratio < 0.1\n        for: 5m', 'free:ratio < 0.1\n        for: 5s']],
  provoke: (line) => allow(line, ROOM),
  remedyIt: (line) => allow(line, 4),
};
