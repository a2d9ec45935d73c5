import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataOf } from '#contracts';
import { type Pool, announceRegistry, createPool, migrate } from '#database';
import type { RecordBatch } from '#kafka';
import { type TestStack, testStack } from '#local';
import { createLogger } from '#process';
import { Registry } from 'prom-client';
import { correct } from '../../../../test/arbitraries/corrections.js';
import {
  claimOn,
  closePeriod,
  conversion,
  factor,
  moveClaim,
  retire,
} from '../../../../test/arbitraries/office-desk.js';
import { Station } from '../../../../test/arbitraries/site-stream.js';
import { Claims } from '../claim-partition/claims.js';
import { LedgerMetrics } from '../ledger.metrics.js';
import { snapshot } from '../spec-snapshot.js';
import { recordsOf, scrapDay, specRegistry } from '../spec-stream.js';
import { BookBatch } from './book-batch.handler.js';

const TOPIC = 'classified-events.v1';
let stacks: TestStack[];
let pools: Pool[];
beforeEach(() => {
  stacks = [];
  pools = [];
});
afterEach(async () => {
  for (const pool of pools) await pool.end();
  for (const stack of stacks) await stack.close();
});

/** A day of scrap into which the office speaks: claims, a unit, seen exceptions, two periods. */
function officeDay(): ReturnType<typeof recordsOf> {
  const office = new Station('office');
  const [adopted, delivered, ...rest] = scrapDay({ frames: 20, pieces: 8, closes: true });
  const ticket = JSON.parse(delivered!.value.toString()) as DataOf<'deliveryCompleted'>;
  const exceptions = Array.from({ length: 40 }, (_, n) => `north.exception-${n + 1}`);
  return recordsOf([
    adopted!,
    conversion(office, [factor(1, 2)]),
    delivered!,
    ...rest.slice(0, 12),
    claimOn(office, 'claim-1', null, 7_000_000_000),
    closePeriod(office, 9),
    ...rest.slice(12),
    claimOn(office, 'claim-2', 'lot-102', 1_000),
    claimOn(office, 'claim-3', 'lot-102', 99_000_000_000),
    moveClaim(office, 'claim-2', null),
    ...exceptions.flatMap((exceptionId) => [
      office.say('exceptionAcknowledged', office.source, { exceptionId }),
      office.say('exceptionClosedByOffice', office.source, { exceptionId, reason: 'seen' }),
    ]),
    closePeriod(office, 1),
    retire(office, 'claim-1'),
    correct(office, delivered!, 2, {
      ...ticket,
      lines: [{ ...ticket.lines[0]!, massMg: 39_500_000_000 }],
    }),
    closePeriod(office, 2),
    correct(office, delivered!, 2, ticket),
  ]);
}

/** Books the day in a database of its own, by one ledger after the other. */
async function bookCut(cuts: readonly number[]): Promise<Pool> {
  const stack = await testStack();
  stacks.push(stack);
  const { databaseUrl } = stack;
  await migrate(databaseUrl);
  const pool = createPool({
    databaseUrl,
    applicationName: 'spec',
    onIdleError: () => undefined,
  });
  pools.push(pool);
  await announceRegistry(pool, specRegistry);
  const day = officeDay();
  for (const end of [...cuts, day.length]) {
    const logger = createLogger('spec', 'silent');
    const claims = new Claims(pool, TOPIC, `to-${end}`, () => Promise.resolve('c'), logger);
    const book = new BookBatch({
      pool,
      claims,
      metrics: new LedgerMetrics(new Registry()),
      onBooked: () => undefined,
      onPoison: () => Promise.reject(new Error('nothing here is poison')),
    });
    const logEnd = BigInt(day.length);
    const start = await claims.onAssigned(TOPIC, [{ partition: 0, logStart: 0n, logEnd }]);
    const records = day.slice(Number(start.get(0)), end);
    const batch: RecordBatch = {
      topic: TOPIC,
      partition: 0,
      firstOffset: records[0]!.offset,
      lastOffset: records.at(-1)!.offset,
      highWatermark: logEnd,
      records,
      heartbeat: () => Promise.resolve(),
    };
    await book.handle(batch);
  }
  return pool;
}

describe('what the office asks for', () => {
  it('is the same in the database however the stream was cut and whoever went on', async () => {
    const whole = await snapshot(await bookCut([]));
    expect(whole['claim']).toHaveLength(2);
    expect(whole['period']).toHaveLength(2);
    const acknowledged = whole['exception']!.filter(
      (row) =>
        (JSON.parse(row as string) as Record<string, unknown>)['acknowledged_index'] !== null,
    );
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(whole['correction']).toHaveLength(1);
    const cut = await bookCut([5, 15, 16, 17, 40, 41, 42, 43, 60, 100, 120]);
    expect(await snapshot(cut)).toEqual(whole);
  }, 60_000);
});
