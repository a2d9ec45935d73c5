import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Pool, createPool, migrate } from '#database';
import { createTopics } from '#kafka';
import { type TestStack, testStack } from '#local';
import { type GatewayProcess, gatewayProcess } from './gateway-process.spec-tools.js';
import { TOKENS, Topic, arrival, siteOf, storeRegistry, until } from './gateway.spec-tools.js';

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

const start = (more: Readonly<Record<string, string>>): Promise<GatewayProcess> =>
  gatewayProcess(stack, { DATA_DIR: dataDir, ...more });

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
  const { child, url, ended } = await start({ LINGER_MS: '1000' });
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

it('loses nothing that it acknowledged, however many are under way', async () => {
  const { child, url, ended } = await start({ LINGER_MS: '20' });
  try {
    await until(async () => (await fetch(`${url}/readyz`)).ok);
    const before = await topic.count();
    const answers: Promise<number>[] = [];
    for (let seq = 10; seq < 250; seq++) {
      if (seq === 130) child.kill('SIGTERM');
      answers.push(send(url, seq));
      await pause(2);
    }
    const statuses = await Promise.all(answers);
    expect(await ended).toBe(0);
    const accepted = statuses.filter((status) => status === 202).length;
    expect(accepted).toBeGreaterThan(0);
    // What was written but not answered is sent again by the station; never the other way round.
    expect((await topic.count()) - before).toBeGreaterThanOrEqual(accepted);
    const written = new Set((await topic.read()).map(({ headers }) => Number(headers['ce_seq'])));
    const lost = statuses.flatMap((status, index) =>
      status === 202 && !written.has(index + 10) ? [index + 10] : [],
    );
    expect(lost).toEqual([]);
  } finally {
    child.kill('SIGKILL');
  }
}, 30_000);

it('says 503, never 202, while the broker is away, and still ends on SIGTERM', async () => {
  const { child, url, ended } = await start({ KAFKA_BROKERS: '127.0.0.1:9' });
  try {
    await until(async () => (await send(url, 3)) === 503);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  } finally {
    child.kill('SIGKILL');
  }
}, 30_000);
