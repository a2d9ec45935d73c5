import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { topicName } from '#contracts';
import { type Pool, announceRegistry, createPool, decodeChunk, migrate } from '#database';
import { type RecordProducer, createKafka, createProducer, createTopics } from '#kafka';
import { type TestStack, testStack, unguarded } from '#local';
import { createLogger } from '#process';
import {
  appendSignatures,
  cosignatureVerifier,
  ed25519Verifier,
  leafHash,
  openCheckpoint,
  rootOf,
  verifyCosignature,
} from '#tlog';
import type { Kafka } from 'kafkajs';
import { SITE, START_MS, Station, calibration } from '../../../test/arbitraries/site-stream.js';
import { FAILPOINTS } from './failpoint.js';
import { SignerKeys } from './sign-checkpoint/signer-keys.js';
import { SpecWitness } from './sign-checkpoint/spec-witness.js';
import { eventually } from '../../../test/eventually.js';
import { LedgerProcess } from './spec-process.js';
import { snapshot } from './spec-snapshot.js';
import { classified, scrapDay, specRegistry } from './spec-stream.js';

const logger = createLogger('spec', 'silent');
const ORIGIN = 'spec.example/log';

/** A database, topics and a data folder; ledgers come and go. */
class Yard {
  private readonly processes: LedgerProcess[] = [];
  private groups = 0;
  private sent = 0;

  private constructor(
    readonly stack: TestStack,
    readonly pool: Pool,
    readonly kafka: Kafka,
    readonly producer: RecordProducer,
    readonly dataDir: string,
  ) {}

  static async open(): Promise<Yard> {
    const stack = await testStack();
    await migrate(stack.databaseUrl);
    // Specs set tables back, which the database refuses to everybody else.
    const pool = openPool(unguarded(stack.databaseUrl));
    await announceRegistry(pool, specRegistry);
    const kafka = createKafka({ brokers: stack.brokers, clientId: 'spec', logger });
    await createTopics(kafka, stack.topicPrefix);
    const producer = createProducer(kafka, { logger });
    await producer.connect();
    const dataDir = mkdtempSync(join(tmpdir(), 'urbanmine-ledger-'));
    return new Yard(stack, pool, kafka, producer, dataDir);
  }

  /** A group of its own each time: the ghost of a killed member would be waited for 6 s. */
  start(env: Readonly<Record<string, string>> = {}): LedgerProcess {
    this.groups += 1;
    const ledger = new LedgerProcess({
      DATABASE_URL: this.stack.databaseUrl,
      KAFKA_BROKERS: this.stack.brokers.join(','),
      TOPIC_PREFIX: this.stack.topicPrefix,
      KAFKA_GROUP: `${this.stack.topicPrefix}ledger-${this.groups}`,
      LOG_ORIGIN: ORIGIN,
      DATA_DIR: this.dataDir,
      ...env,
    });
    this.processes.push(ledger);
    return ledger;
  }

  async write(events: ReturnType<typeof scrapDay>): Promise<void> {
    const topic = topicName(this.stack.topicPrefix, 'classifiedEvents');
    const records = events.map((event) => ({
      topic,
      partition: 0,
      ...classified(event, START_MS + this.sent++ * 100),
    }));
    await this.producer.send(records);
  }

  /** Everything written is booked, signed and told. */
  settled(pool = this.pool): Promise<true> {
    return eventually('all is booked, signed and told', async () => {
      const { rows } = await pool.query<{ settled: boolean }>(
        `SELECT f.next_offset = $1 AND s.tree_size = (SELECT max(size) FROM checkpoint)
           AND s.tree_size = (SELECT position FROM publish_cursor WHERE topic = 'checkpoints')
           AND s.fact_seq = (SELECT position FROM publish_cursor WHERE topic = 'custody-events')
           AS settled
         FROM fence f, site s WHERE f.partition = 0`,
        [this.sent],
      );
      return rows[0]?.settled === true;
    });
  }

  async close(): Promise<void> {
    for (const ledger of this.processes) ledger.kill();
    await this.producer.close();
    await this.pool.end();
    await this.stack.close();
    rmSync(this.dataDir, { recursive: true });
  }
}

const openPool = (databaseUrl: string): Pool =>
  createPool({ databaseUrl, applicationName: 'spec', onIdleError: () => undefined });

/** Reads a partition from its start to the end that it has now, once there is something in it. */
async function readTopic(from: Yard, name: Parameters<typeof topicName>[1]): Promise<Buffer[]> {
  const topic = topicName(from.stack.topicPrefix, name);
  const admin = from.kafka.admin();
  await admin.connect();
  const end = await eventually(`${topic} has records`, async () => {
    const offsets = await admin.fetchTopicOffsets(topic);
    const high = Number(offsets.find(({ partition }) => partition === 0)?.high);
    return high > 0 && high;
  });
  await admin.disconnect();
  // Leaving waits for the fetch under way, which by default may take 5 s.
  const consumer = from.kafka.consumer({ groupId: `${topic}-reader`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const values: Buffer[] = [];
  await consumer.run({
    eachMessage: ({ message }) => Promise.resolve(void values.push(message.value!)),
  });
  await eventually(`${topic} is read`, () => Promise.resolve(values.length >= end));
  await consumer.disconnect();
  return values;
}

let yard: Yard;
beforeEach(async () => {
  yard = await Yard.open();
});
afterEach(async () => {
  await yard.close();
});

const day = scrapDay({ frames: 60, pieces: 20, closes: true });

describe('a ledger process', () => {
  it('ends the same after a kill at any line as one that was never killed', async () => {
    const calm = await Yard.open();
    try {
      const ledger = calm.start();
      await calm.write(day);
      await calm.settled();
      expect(await ledger.stop()).toBe(0);

      const share = Math.ceil(day.length / FAILPOINTS.length);
      for (const [index, failpoint] of FAILPOINTS.entries()) {
        const killed = yard.start({ FAILPOINT: failpoint });
        await yard.write(day.slice(index * share, (index + 1) * share));
        expect([failpoint, await killed.exited]).toEqual([failpoint, 'SIGKILL']);
      }
      const last = yard.start();
      await yard.settled();
      expect(await last.stop()).toBe(0);
      expect(await snapshot(yard.pool)).toEqual(await snapshot(calm.pool));

      const told = await readTopic(yard, 'custodyEvents');
      const { rows } = await yard.pool.query<{ data: Buffer }>(
        'SELECT data FROM fact ORDER BY seq',
      );
      const distinct = [...new Map(told.map((value) => [value.toString(), value])).values()];
      expect(distinct.map(String)).toEqual(rows.map(({ data }) => String(data)));
    } finally {
      await calm.close();
    }
  }, 90_000);

  it('signs checkpoints that a stranger verifies, and says what it did', async () => {
    const ledger = yard.start();
    await yard.write(day.slice(0, 20));
    await yard.settled();
    await yard.write(day.slice(20));
    await yard.settled();
    const keys = await yard.pool.query<{ kind: string; vkey: string }>('SELECT * FROM log_key');
    const vkey = (kind: string): string => keys.rows.find((row) => row.kind === kind)!.vkey;
    const verifiers = [ed25519Verifier(vkey('log')), cosignatureVerifier(vkey('time'))];
    const chunks = await yard.pool.query<{ codec: string; body: Buffer }>(
      'SELECT codec, body FROM chunk ORDER BY first_index',
    );
    const hashes = chunks.rows.flatMap(({ codec, body }) => decodeChunk(codec, body)).map(leafHash);
    const notes = await readTopic(yard, 'checkpoints');
    expect(notes.length).toBeGreaterThan(1);
    for (const note of notes) {
      const { size, root } = openCheckpoint(note, `${ORIGIN}/${SITE}`, verifiers);
      expect(Buffer.from(root)).toEqual(Buffer.from(rootOf(hashes.slice(0, size))));
      expect(Math.abs(verifyCosignature(note, vkey('time')) - Date.now() / 1000)).toBeLessThan(60);
    }
    const totals = await readTopic(yard, 'totals');
    expect(totals.map((value) => JSON.parse(value.toString()) as object)).toContainEqual(
      expect.objectContaining({ siteId: SITE, stream: 'steel' }),
    );
    expect((await ledger.readiness())?.text).toContain('"ready":true');
    const metrics = await ledger.metrics();
    expect(metrics).toContain('urbanmine_ledger_records_total{outcome="duplicate"} 1');
    expect(metrics).toContain('urbanmine_ledger_checkpoint_age_seconds 0');
    expect(statSync(join(yard.dataDir, 'log-key.json')).mode & 0o777).toBe(0o600);
    expect(await ledger.stop()).toBe(0);
  }, 30_000);

  it('has its checkpoints cosigned, and signs on when a witness is away', async () => {
    const ledgerOf = (witnesses: readonly object[]): LedgerProcess => {
      const file = join(yard.dataDir, 'witnesses.json');
      writeFileSync(file, JSON.stringify({ quorum: 1, witnesses }));
      return yard.start({ WITNESSES_FILE: file });
    };
    const origin = `${ORIGIN}/${SITE}`;
    // Signing keys are made on the first start; a witness must know them.
    await yard.start().stop();
    const keys = new SignerKeys(join(yard.dataDir, 'log-key.json'), ORIGIN);
    const logs = new Map([[origin, ed25519Verifier(keys.vkeys(SITE).log)]]);
    const seed = new Uint8Array(32).fill(3);
    const witness = new SpecWitness('w1.example', seed, join(yard.dataDir, 'w1.json'), logs);
    const away = new SpecWitness('w2.example', seed, join(yard.dataDir, 'w2.json'), logs);
    try {
      const url = await witness.listen();
      const ledger = ledgerOf([
        { name: witness.name, url, vkey: witness.vkey },
        { name: away.name, url: 'http://127.0.0.1:1', vkey: away.vkey },
      ]);
      await yard.write(day);
      await yard.settled();
      const line = await eventually('the newest checkpoint is cosigned', async () => {
        const { rows } = await yard.pool.query<{ note: string; line: string }>(
          `SELECT note, line FROM checkpoint JOIN cosignature USING (site_id, size)
           WHERE size = (SELECT tree_size FROM site)`,
        );
        return rows[0];
      });
      const note = appendSignatures(line.note, [line.line]);
      const verifiers = [...logs.values(), cosignatureVerifier(witness.vkey)];
      expect(openCheckpoint(note, origin, verifiers).note.signatures).toHaveLength(2);
      const metrics = await ledger.metrics();
      expect(metrics).toContain('urbanmine_ledger_witnesses 2');
      expect(metrics).toMatch(/witness_answers_total\{outcome="unreachable"\} [1-9]/);
      expect(await ledger.stop()).toBe(0);
    } finally {
      await witness.close();
    }
  }, 40_000);

  it('claims its partition anew when its fence was moved, and books on', async () => {
    const ledger = yard.start();
    await yard.write(day.slice(0, 20));
    await yard.settled();
    // What `urbanmine fence adopt` or another owner does.
    await yard.pool.query('UPDATE fence SET epoch = epoch + 1, last_digest = NULL');
    await yard.write(day.slice(20));
    await yard.settled();
    const { rows } = await yard.pool.query('SELECT epoch FROM fence WHERE partition = 0');
    expect(rows).toEqual([{ epoch: '3' }]);
    expect(await ledger.stop()).toBe(0);
  }, 30_000);

  it('books on but does not sign a database that was set back, until it is adopted', async () => {
    const first = yard.start();
    await yard.write(day.slice(0, 30));
    await yard.settled();
    await first.stop();
    // An older state with a fence of today: what a restore of some tables alone would leave.
    await yard.pool.query(`DELETE FROM checkpoint`);
    await yard.pool.query(`DELETE FROM publish_cursor`);
    await yard.pool.query(
      `TRUNCATE site, chunk, tile, boot, lot, run, total, fact, posting, parked`,
    );
    await yard.pool.query(`UPDATE registry SET adopted_index = NULL`);
    const second = yard.start();
    await yard.write(scrapDay({ frames: 0, pieces: 0, closes: false }).slice(0, 1));
    await yard.write([calibration(new Station('lab'))]);
    await eventually('the signer refuses', async () => {
      const { ready, text } = (await second.readiness()) ?? {};
      return ready === false && text!.includes('urbanmine signer adopt');
    });
    expect(await second.metrics()).toContain('unsigned_sites{reason="log-shrank"} 1');
    const sites = await yard.pool.query('SELECT tree_size FROM site');
    expect(sites.rows).toEqual([{ tree_size: '2' }]);
    expect((await yard.pool.query('SELECT size FROM checkpoint')).rows).toEqual([]);
    writeFileSync(join(yard.dataDir, 'guard-adopt.json'), JSON.stringify({ sites: [SITE] }));
    await eventually('the log is signed again', async () => {
      const { rows } = await yard.pool.query<{ size: string }>('SELECT size FROM checkpoint');
      return rows[0]?.size === '2';
    });
    expect(await second.stop()).toBe(0);
  }, 30_000);
});
