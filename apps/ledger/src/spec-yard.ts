import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { topicName } from '#contracts';
import { type Pool, announceRegistry, createPool, migrate } from '#database';
import { type RecordProducer, createKafka, createProducer, createTopics } from '#kafka';
import { type TestStack, testStack, unguarded } from '#local';
import { createLogger } from '#process';
import { START_MS } from '../../../test/arbitraries/site-stream.js';
import { eventually } from '../../../test/eventually.js';
import { LedgerProcess } from './spec-process.js';
import { classified, type scrapDay, specRegistry } from './spec-stream.js';

const logger = createLogger('spec', 'silent');
export const ORIGIN = 'spec.example/log';

/** A database, topics and a data folder; ledgers come and go. */
export class Yard {
  private readonly processes: LedgerProcess[] = [];
  private groups = 0;
  private sent = 0;

  private constructor(
    readonly stack: TestStack,
    public pool: Pool,
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

  /** The database as it is now, under another name; no ledger may be at work. */
  async backup(): Promise<TestStack> {
    await this.pool.end();
    const copy = await testStack(this.stack);
    this.pool = openPool(unguarded(this.stack.databaseUrl));
    return copy;
  }

  async close(): Promise<void> {
    for (const ledger of this.processes) ledger.kill();
    await this.producer.close();
    await this.pool.end();
    await this.stack.close();
    rmSync(this.dataDir, { recursive: true });
  }
}

export const openPool = (databaseUrl: string): Pool =>
  createPool({ databaseUrl, applicationName: 'spec', onIdleError: () => undefined });

/** Reads a partition from its start to the end that it has now, once there is something in it. */
export async function readTopic(
  from: Yard,
  name: Parameters<typeof topicName>[1],
): Promise<Buffer[]> {
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
