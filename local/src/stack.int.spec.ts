import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { startStack, type Stack, testDataDir } from '#local';
import { commandLine, identify } from './processes.js';

const TOPIC = 'kept';
const dataDir = testDataDir();
let portBase = 0;
let clusterId: string | undefined;
let stack: Stack | undefined;

async function sql<T extends pg.QueryResultRow>(databaseUrl: string, text: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

function kafka(brokers: string[]): kafkajs.Kafka {
  return new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
}

async function produce(brokers: string[], value: string): Promise<void> {
  const producer = kafka(brokers).producer();
  await producer.connect();
  await producer.send({ topic: TOPIC, acks: -1, messages: [{ value }] });
  await producer.disconnect();
}

async function endOffset(brokers: string[]): Promise<string | undefined> {
  const admin = kafka(brokers).admin();
  await admin.connect();
  const [offsets] = await admin.fetchTopicOffsets(TOPIC);
  await admin.disconnect();
  return offsets?.high;
}

/** Runs a stack in another process, lets `use` work with it, and kills that process with SIGKILL. */
async function inKilledProcess(use: (held: HeldStack) => Promise<void>): Promise<HeldStack> {
  const fixture = fileURLToPath(new URL('../fixtures/hold-stack.mjs', import.meta.url));
  const holder = spawn(process.execPath, [fixture, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise((resolve) => holder.once('exit', resolve));
  let text = '';
  for await (const chunk of holder.stdout) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  const held = JSON.parse(text) as HeldStack;
  await use(held);
  holder.kill('SIGKILL');
  await gone;
  return held;
}

interface HeldStack extends Pick<Stack, 'databaseUrl' | 'kafkaBrokers' | 'portBase'> {
  clusterId: string;
  pids: { kafka: number; postgres: number };
}

function current(): Stack {
  if (!stack) throw new Error('the first test starts it');
  return stack;
}

describe('startStack', () => {
  let held: HeldStack;

  beforeAll(async () => {
    held = await inKilledProcess(async ({ databaseUrl, kafkaBrokers }) => {
      await sql(databaseUrl, 'CREATE TABLE kept AS SELECT 1 AS n');
      const admin = kafka(kafkaBrokers).admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }] });
      await admin.disconnect();
      await produce(kafkaBrokers, 'one');
    });
    portBase = held.portBase;
    clusterId = held.clusterId;
  }, 60_000);

  afterAll(async () => {
    await stack?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, 30_000);

  it('ends what a killed process left running, and goes on with its data on the same ports', async () => {
    expect(commandLine(held.pids.kafka)).toContain('kafka.Kafka');
    expect(commandLine(held.pids.postgres)).toContain(dataDir);

    stack = await startStack({ dataDir, portBase });

    expect(identify(held.pids.kafka)).toBeUndefined();
    expect(identify(held.pids.postgres)).toBeUndefined();
    expect(stack.clusterId).toBe(clusterId);
    expect(await sql(stack.databaseUrl, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    expect(await endOffset(stack.kafkaBrokers)).toBe('1');
  }, 30_000);

  it('refuses a folder that a live process holds', async () => {
    await expect(startStack({ dataDir, portBase: 'free' })).rejects.toThrow(/is in use by process/);
    expect(await endOffset(current().kafkaBrokers)).toBe('1');
  });

  it('names the port when another program has it', async () => {
    const other = testDataDir();
    await expect(startStack({ dataDir: other, portBase, throwAway: true })).rejects.toThrow(
      /Port \d+, meant for (PostgreSQL|Kafka), is taken/,
    );
  });

  it('restarts a killed broker with nothing lost', async () => {
    const { kafka: broker, kafkaBrokers } = current();
    const before = broker.pid;
    await produce(kafkaBrokers, 'two');
    await broker.kill9();
    expect(broker.pid).toBeUndefined();
    await broker.restart();
    expect(broker.pid).not.toBe(before);
    expect(await endOffset(kafkaBrokers)).toBe('2');
    await produce(kafkaBrokers, 'three');
    expect(await endOffset(kafkaBrokers)).toBe('3');
  }, 30_000);

  it('restarts a killed PostgreSQL while clients are connected', async () => {
    const { postgres, databaseUrl } = current();
    const session = new pg.Client({ connectionString: databaseUrl });
    session.on('error', () => undefined);
    await session.connect();
    await session.query('INSERT INTO kept VALUES (2)');
    await postgres.kill9();
    await postgres.restart();
    expect(await sql(databaseUrl, 'SELECT n FROM kept ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }]);
  }, 30_000);

  it('tells when a server ends by itself', async () => {
    const { kafka: broker } = current();
    const ended = new Promise((resolve) => {
      broker.onUnexpectedExit(resolve);
    });
    process.kill(broker.pid!, 'SIGKILL');
    expect(await ended).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('is not misled by a postmaster.pid whose number a stranger has', async () => {
    await current().postgres.kill9();
    const file = join(dataDir, 'postgres', 'postmaster.pid');
    const left = readFileSync(file, 'utf8').split('\n').slice(1);
    await current().stop();
    stack = undefined;
    writeFileSync(file, [String(process.ppid), ...left].join('\n'));

    // Without a broker of its own: one part alone is a stack too.
    const again = await startStack({
      dataDir,
      portBase,
      kafkaBrokers: held.kafkaBrokers,
      throwAway: true,
    });
    expect(await sql(again.databaseUrl, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 2 }]);
    const { pid } = again.postgres;
    await again.stop();
    expect(identify(pid!)).toBeUndefined();
    expect(existsSync(dataDir)).toBe(false);
  }, 30_000);
});
