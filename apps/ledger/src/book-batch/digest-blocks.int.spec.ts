import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Pool, announceRegistry, createPool, migrate } from '#database';
import type { KafkaRecord } from '#kafka';
import { type TestStack, testStack } from '#local';
import { createLogger } from '#process';
import { Registry } from 'prom-client';
import { Claims } from '../claim-partition/claims.js';
import { LedgerMetrics } from '../ledger.metrics.js';
import { recordsOf, scrapDay, specRegistry } from '../spec-stream.js';
import { BookBatch } from './book-batch.handler.js';

const TOPIC = 'classified-events.v1';
let stack: TestStack;
let pool: Pool;
beforeEach(async () => {
  stack = await testStack();
  await migrate(stack.databaseUrl);
  pool = createPool({
    databaseUrl: stack.databaseUrl,
    applicationName: 'spec',
    onIdleError: () => undefined,
  });
  await announceRegistry(pool, specRegistry);
});
afterEach(async () => {
  await pool.end();
  await stack.close();
});

/** Books records as a ledger that has just been started, in batches of ten. */
async function book(records: readonly KafkaRecord[]): Promise<void> {
  const logger = createLogger('spec', 'silent');
  const claims = new Claims(pool, TOPIC, 'a', () => Promise.resolve('cluster-1'), logger);
  const bookBatch = new BookBatch({
    pool,
    claims,
    metrics: new LedgerMetrics(new Registry()),
    onBooked: () => undefined,
    onPoison: (_record, error) => Promise.reject(error),
  });
  const logEnd = records.at(-1)!.offset + 1n;
  const start = await claims.onAssigned(TOPIC, [{ partition: 0, logStart: 0n, logEnd }]);
  for (let from = Number(start.get(0)); from < records.length; from += 10) {
    const part = records.slice(from, from + 10);
    await bookBatch.handle({
      topic: TOPIC,
      partition: 0,
      firstOffset: part[0]!.offset,
      lastOffset: part.at(-1)!.offset,
      highWatermark: logEnd,
      records: part,
      heartbeat: () => Promise.resolve(),
    });
  }
}

const FRAMES = 200;
const day = scrapDay({ frames: FRAMES, pieces: 1, closes: false });
const sorted = day.filter(({ attributes }) => attributes.type.includes('pieces'));
const records = recordsOf(day);

const bootOf = async (source: string): Promise<Record<string, unknown>> => {
  const { rows } = await pool.query<{ state: Record<string, unknown>; duplicates: string }>(
    'SELECT state, duplicates FROM boot WHERE source = $1',
    [source],
  );
  return { ...rows[0]!.state, duplicates: Number(rows[0]!.duplicates) };
};

describe('the kept digests', () => {
  it('tell a copy from other bytes in any block, also after a restart', async () => {
    await book(records);
    const { rows } = await pool.query('SELECT slot, block FROM digest_block ORDER BY slot');
    expect(rows).toEqual([0, 1, 2].map((slot) => ({ slot, block: String(slot) })));
    const copies = [0, 70, 130, 199].map((at) => sorted[at]!);
    const altered = [10, 100].map((at) => {
      const { attributes, value } = sorted[at]!;
      return { attributes, value: Buffer.from(value.toString().replace('{"runId"', '{ "runId"')) };
    });
    await book([...records, ...recordsOf([...copies, ...altered], records.length)]);
    const { source } = sorted[0]!.attributes;
    const boot = await bootOf(source);
    // One frame of the day stands twice.
    expect(boot).toMatchObject({ position: FRAMES, duplicates: copies.length + 1 });
    expect(boot).not.toHaveProperty('unverified');
    const found = await pool.query('SELECT about, figures FROM exception WHERE code = $1', [
      'equivocation',
    ]);
    expect(found.rows).toMatchObject(
      altered.map(({ attributes }) => ({
        about: source,
        figures: { seq: String(attributes.seq) },
      })),
    );
    const facts = await pool.query('SELECT type FROM fact WHERE subject = $1', [source]);
    expect(facts.rows).toEqual(
      altered.map(() => ({ type: 'urbanmine.custody.equivocation.found.v1' })),
    );
  });
});
