import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Pool, createPool, migrate } from '#database';
import { createTopics } from '#kafka';
import { type TestStack, testStack } from '#local';
import { TOKENS, Topic, arrival, siteOf, storeRegistry, until } from './gateway.spec-tools.js';

const main = resolve('dist/apps/gateway/src/main.js');

const dataDir = mkdtempSync(join(tmpdir(), 'urbanmine-gateway-'));
let stack: TestStack;
let database: Pool;
let topic: Topic;

beforeAll(async () => {
  stack = await testStack();
  await migrate(stack.databaseUrl);
  database = createPool({
    databaseUrl: stack.databaseUrl,
    applicationName: 'spec',
    onIdleError: () => undefined,
  });
  await storeRegistry(database, siteOf('north'), true);
  topic = new Topic(stack.brokers, stack.topicPrefix);
  await createTopics(topic.kafka, stack.topicPrefix);
}, 30_000);

afterAll(async () => {
  await database.end();
  await stack.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The gateway as a process of its own. */
async function gatewayProcess(more: Readonly<Record<string, string>>): Promise<{
  readonly child: ChildProcess;
  readonly url: string;
  readonly ended: Promise<number | null>;
}> {
  const child = spawn(process.execPath, [main], {
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: stack.databaseUrl,
      KAFKA_BROKERS: stack.brokers.join(','),
      TOPIC_PREFIX: stack.topicPrefix,
      DATA_DIR: dataDir,
      ...more,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await until(() => Promise.resolve(output.includes('"started"')), 15);
  return { child, url: `http://127.0.0.1:${/"port":(\d+)/.exec(output)?.[1] ?? ''}`, ended };
}

/** Status of the answer; 0 = the connection was refused. */
const send = (url: string, seq: number): Promise<number> =>
  fetch(`${url}/v1/events`, {
    method: 'POST',
    body: arrival(seq),
    headers: {
      authorization: `Bearer ${TOKENS['north.gate-1']}`,
      'content-type': 'application/json',
    },
  }).then(
    ({ status }) => status,
    () => 0,
  );

const pause = (milliseconds: number): Promise<void> =>
  new Promise((done) => setTimeout(done, milliseconds));

it('on SIGTERM answers what is under way after its acknowledgement, takes no more, ends with 0', async () => {
  // The request is under way for so long.
  const { child, url, ended } = await gatewayProcess({ LINGER_MS: '1000' });
  try {
    await until(async () => (await fetch(`${url}/readyz`)).ok);
    const underWay = send(url, 1);
    await pause(300);
    child.kill('SIGTERM');
    await pause(200);
    // Refused by the socket or by the answer, whichever the client meets first.
    expect([0, 503]).toContain(await send(url, 2));
    expect(await underWay).toBe(202);
    expect(await ended).toBe(0);
    expect(await topic.count()).toBe(1);
  } finally {
    child.kill('SIGKILL');
  }
}, 30_000);

it('says 503, never 202, while the broker is away, and still ends on SIGTERM', async () => {
  const { child, url, ended } = await gatewayProcess({ KAFKA_BROKERS: '127.0.0.1:9' });
  try {
    await until(async () => (await send(url, 3)) === 503);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  } finally {
    child.kill('SIGKILL');
  }
}, 30_000);
