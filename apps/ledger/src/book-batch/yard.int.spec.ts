import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Pool, announceRegistry, createPool, migrate } from '#database';
import type { KafkaRecord } from '#kafka';
import { type TestStack, testStack, unguarded } from '#local';
import { createLogger } from '#process';
import { Registry } from 'prom-client';
import { siteHistory } from '../../../../test/arbitraries/site-history.js';
import { Claims } from '../claim-partition/claims.js';
import { LedgerMetrics } from '../ledger.metrics.js';
import { forgetBooks, snapshot } from '../spec-snapshot.js';
import { recordsOf, specRegistry } from '../spec-stream.js';
import { BookBatch } from './book-batch.handler.js';

const TOPIC = 'classified-events.v1';
let stack: TestStack;
let pool: Pool;
let tamper: Pool;

beforeAll(async () => {
  stack = await testStack();
  await migrate(stack.databaseUrl);
  const open = (databaseUrl: string): Pool =>
    createPool({ databaseUrl, applicationName: 'spec', onIdleError: () => undefined });
  pool = open(stack.databaseUrl);
  tamper = open(unguarded(stack.databaseUrl));
  await announceRegistry(pool, specRegistry);
}, 60_000);

afterAll(async () => {
  await pool.end();
  await tamper.end();
  await stack.close();
});

/** Books records up to one, as a ledger that has just started and knows nothing but the database. */
async function bookAfresh(name: string, all: readonly KafkaRecord[], upTo: number): Promise<void> {
  const logger = createLogger('spec', 'silent');
  const claims = new Claims(pool, TOPIC, name, () => Promise.resolve('cluster-1'), logger);
  const metrics = new LedgerMetrics(new Registry());
  const bookBatch = new BookBatch({
    pool,
    claims,
    metrics,
    onBooked: () => undefined,
    onPoison: (record) => Promise.reject(new Error(`${record.offset} is poison`)),
  });
  const end = BigInt(upTo);
  const start = await claims.onAssigned(TOPIC, [{ partition: 0, logStart: 0n, logEnd: end }]);
  const records = all.slice(Number(start.get(0)), upTo);
  await bookBatch.handle({
    topic: TOPIC,
    partition: 0,
    firstOffset: records[0]!.offset,
    lastOffset: records.at(-1)!.offset,
    highWatermark: end,
    records,
    heartbeat: () => Promise.resolve(),
  });
}

/** The longest of some histories, the same at every run: all that a yard does, in any order. */
const histories = fc
  .sample(siteHistory, { numRuns: 200, seed: 1_764_000_300 })
  .map(({ events }) => recordsOf(events))
  .sort((a, b) => b.length - a.length)
  .slice(0, 2);

it('books what the yard does the same, whether at once or by a new ledger for each record', async () => {
  for (const records of histories) {
    await forgetBooks(tamper);
    await bookAfresh('at once', records, records.length);
    const expected = await snapshot(pool);
    await forgetBooks(tamper);
    for (let upTo = 1; upTo <= records.length; upTo++) {
      await bookAfresh(`ledger-${upTo}`, records, upTo);
    }
    expect(await snapshot(pool)).toEqual(expected);
    const states = await pool.query<{ status: string }>('SELECT DISTINCT status FROM lot');
    expect(states.rows.length).toBeGreaterThan(2);
  }
}, 120_000);
