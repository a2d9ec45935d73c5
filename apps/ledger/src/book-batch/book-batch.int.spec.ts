import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InvariantError, RetriableError } from '#contracts';
import { type Pool, announceRegistry, createPool, decodeChunk, migrate } from '#database';
import type { KafkaRecord, PlacedRecord, RecordBatch } from '#kafka';
import { type TestStack, testStack, unguarded } from '#local';
import { createLogger } from '#process';
import { leafHash, rootOf } from '#tlog';
import { Registry } from 'prom-client';
import { Claims } from '../claim-partition/claims.js';
import { LedgerMetrics } from '../ledger.metrics.js';
import { forgetBooks, snapshot } from '../spec-snapshot.js';
import { recordsOf, scrapDay, specRegistry } from '../spec-stream.js';
import { BookBatch, FenceLostError } from './book-batch.handler.js';

const TOPIC = 'classified-events.v1';
let stack: TestStack;
let pool: Pool;
/** For what no ledger does: see `unguarded`. */
let tamper: Pool;
beforeEach(async () => {
  stack = await testStack();
  await migrate(stack.databaseUrl);
  const open = (databaseUrl: string): Pool =>
    createPool({ databaseUrl, applicationName: 'spec', onIdleError: () => undefined });
  pool = open(stack.databaseUrl);
  tamper = open(unguarded(stack.databaseUrl));
  await announceRegistry(pool, specRegistry);
});
afterEach(async () => {
  await pool.end();
  await tamper.end();
  await stack.close();
});

const toBatch = (records: readonly KafkaRecord[]): RecordBatch => ({
  topic: TOPIC,
  partition: 0,
  firstOffset: records[0]!.offset,
  lastOffset: records.at(-1)!.offset,
  highWatermark: records.at(-1)!.offset + 1n,
  records,
  heartbeat: () => Promise.resolve(),
});

/** A ledger's booking on its own: what main wires, without consumer, signer and publisher. */
function ledger(name = 'a', through = pool) {
  const logger = createLogger('spec', 'silent');
  const claims = new Claims(through, TOPIC, name, () => Promise.resolve('cluster-1'), logger);
  const rejected: PlacedRecord[] = [];
  const bookBatch = new BookBatch({
    pool: through,
    claims,
    metrics: new LedgerMetrics(new Registry()),
    onBooked: () => undefined,
    onPoison: (record) => {
      rejected.push(record);
      return Promise.resolve();
    },
  });
  return {
    claims,
    rejected,
    claim: (logEnd: bigint) => claims.onAssigned(TOPIC, [{ partition: 0, logStart: 0n, logEnd }]),
    book: (records: readonly KafkaRecord[]) => bookBatch.handle(toBatch(records)),
  };
}

const day = recordsOf(scrapDay({ frames: 40, pieces: 20, closes: true }));

describe('a booked batch', () => {
  it('holds log, books and states of a day, and the root is that of all entries', async () => {
    const { claim, book, rejected } = ledger();
    await claim(0n);
    await book(day.slice(0, 30));
    await book(day.slice(30));
    expect(rejected).toEqual([]);
    const site = await pool.query<{ tree_size: string; root: Buffer }>('SELECT * FROM site');
    const chunks = await pool.query<{ codec: string; body: Buffer; n: number }>(
      'SELECT * FROM chunk ORDER BY first_index',
    );
    const entries = chunks.rows.flatMap(({ codec, body }) => decodeChunk(codec, body));
    expect(entries).toHaveLength(Number(site.rows[0]?.tree_size));
    const root = rootOf(entries.map(leafHash));
    expect(Buffer.from(root).equals(site.rows[0]!.root)).toBe(true);
    const unbalanced = await pool.query(
      `SELECT a.key FROM balance b JOIN account a ON a.id = b.account_id
       WHERE b.debits_mg <> (SELECT coalesce(sum(mass_mg), 0) FROM posting WHERE debit = a.id)
          OR b.credits_mg <> (SELECT coalesce(sum(mass_mg), 0) FROM posting WHERE credit = a.id)`,
    );
    expect(unbalanced.rows).toEqual([]);
    const run = await pool.query<{ status: string; pieces: string }>('SELECT * FROM run');
    expect(run.rows[0]).toMatchObject({ status: 'balanced', pieces: '800' });
    const registry = await pool.query('SELECT adopted_index FROM registry');
    expect(registry.rows).toEqual([{ adopted_index: '0' }]);
  });

  it('is the same however the stream was cut and whoever went on', async () => {
    const first = ledger();
    await first.claim(0n);
    await first.book(day);
    const expected = await snapshot(pool);
    await forgetBooks(tamper);
    const cuts = [0, 3, 7, 8, 9, 31, 45, 49, day.length];
    for (let i = 1; i < cuts.length; i++) {
      const other = ledger(String(i));
      const start = await other.claim(BigInt(day.length));
      await other.book(day.slice(Number(start.get(0)), cuts[i]));
    }
    expect(await snapshot(pool)).toEqual(expected);
  });

  it('needs no right that the role ingest has not', async () => {
    const url = new URL(stack.databaseUrl);
    url.searchParams.set('options', '-c role=ingest');
    const ingest = createPool({
      databaseUrl: url.href,
      applicationName: 'spec',
      onIdleError: () => undefined,
    });
    try {
      expect((await ingest.query('SELECT current_user')).rows).toEqual([
        { current_user: 'ingest' },
      ]);
      const { claim, book, rejected } = ledger('a', ingest);
      await claim(0n);
      await book(day.slice(0, 30));
      await book(day.slice(30));
      expect(rejected).toEqual([]);
      await expect(ingest.query('DELETE FROM posting')).rejects.toThrow('permission denied');
    } finally {
      await ingest.end();
    }
  });

  it('changes nothing when it is delivered again', async () => {
    const { claim, book } = ledger();
    await claim(0n);
    await book(day.slice(0, 10));
    const before = await snapshot(pool);
    await book(day.slice(0, 10));
    expect(await snapshot(pool)).toEqual(before);
    await book(day.slice(5, 12));
    expect((await pool.query('SELECT next_offset FROM fence')).rows).toEqual([
      { next_offset: '12' },
    ]);
  });

  it('is refused to a zombie, and the new owner goes on', async () => {
    const zombie = ledger('zombie');
    await zombie.claim(0n);
    await zombie.book(day.slice(0, 10));
    const owner = ledger('owner');
    expect(await owner.claim(12n)).toEqual(new Map([[0, 9n]]));
    const before = await snapshot(pool);
    await expect(zombie.book(day.slice(10, 20))).rejects.toThrow(FenceLostError);
    expect(await snapshot(pool)).toEqual(before);
    expect(zombie.claims.get(0)).toBeUndefined();
    await owner.book(day.slice(9, 20));
    expect((await pool.query('SELECT next_offset FROM fence')).rows).toEqual([
      { next_offset: '20' },
    ]);
  });

  it('keeps what does not decode as a dead letter and books the rest', async () => {
    const { claim, book, rejected } = ledger();
    await claim(0n);
    const records = [...day.slice(0, 6)];
    const noDay = Buffer.from('2026-02-30T00:00:00.000Z');
    records[4] = { ...records[4]!, headers: { ...records[4]!.headers, ce_time: noDay } };
    records[5] = { ...records[5]!, value: Buffer.from('{"scan":') };
    await book(records);
    expect(rejected.map(({ offset }) => offset)).toEqual([4n, 5n]);
    expect((await pool.query('SELECT next_offset FROM fence')).rows).toEqual([
      { next_offset: '6' },
    ]);
  });
});

describe('a stream that is not the one that was booked', () => {
  it('stops the ledger', async () => {
    const first = ledger();
    await first.claim(0n);
    await first.book(day.slice(0, 10));
    const other = ledger();
    await other.claim(20n);
    const strange = [{ ...day[9]!, value: Buffer.from('{}') }, day[10]!];
    await expect(other.book(strange)).rejects.toThrow('this is another stream');
    await other.claim(20n);
    await expect(other.book([day[9]!, day[11]!])).rejects.toThrow(InvariantError);
  });
});

describe('what the ledger rests on', () => {
  it('is waited for: a registry that is adopted but not announced', async () => {
    await tamper.query('DELETE FROM registry');
    const { claim, book } = ledger();
    await claim(0n);
    await expect(book(day.slice(0, 3))).rejects.toThrow(RetriableError);
    await announceRegistry(pool, specRegistry);
    await book(day.slice(0, 3));
  });

  it.each([
    ['the tree', `UPDATE site SET root = sha256('x')`, 'is damaged'],
    ['a tile', `UPDATE tile SET data = substr(data, 33)`, 'does not continue'],
  ])('is found out when it was altered: %s', async (_what, alteration, message) => {
    const first = ledger();
    await first.claim(0n);
    await first.book(day.slice(0, 10));
    await tamper.query(alteration);
    const other = ledger();
    await other.claim(20n);
    await expect(other.book(day.slice(9, 20))).rejects.toThrow(message);
  });
});
