import pg from 'pg';
import { unguarded } from '#local';
import type { RunningLine } from '../running-line.js';
import { until } from '../running-line.js';
import type { Drill } from './drill-case.js';

/** As a superuser with the triggers off: nobody else can. Returns how many rows it changed. */
async function alter({ databaseUrl }: RunningLine, statement: string): Promise<number> {
  const client = new pg.Client({ connectionString: unguarded(databaseUrl) });
  await client.connect();
  try {
    return (await client.query(statement)).rowCount ?? 0;
  } finally {
    await client.end();
  }
}

/** Of no lot: nothing that comes later touches it, so the remedy finds what was done. */
const BALANCE = `UPDATE balance SET debits_mg = debits_mg`;
const OF_THE_WORLD = `FROM account WHERE id = account_id AND key = 'W:world-in'`;

export const brokenBooks: Drill = {
  name: 'broken-books',
  alerts: ['InvariantBroken'],
  what: 'somebody with the triggers off adds a kilogram to what came in',
  remedy: 'it is taken out again',
  rate: 200,
  hurry: [],
  provoke: async (line) => {
    await until('a delivery is booked', 60_000, async () =>
      (await alter(line, `${BALANCE} + 1000000 ${OF_THE_WORLD}`)) > 0 ? true : undefined,
    );
  },
  remedyIt: async (line) => {
    await alter(line, `${BALANCE} - 1000000 ${OF_THE_WORLD}`);
  },
};
