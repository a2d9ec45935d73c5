import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Pool, createPool, migrate } from '#database';
import { createTopics } from '#kafka';
import { type TestStack, testStack } from '#local';
import { type GatewayProcess, gatewayProcess } from '../gateway-process.spec-tools.js';
import { TOKENS, Topic, arrival, siteOf, storeRegistry, until } from '../gateway.spec-tools.js';
import { type HostileBody, hostileBodies } from './hostile-bodies.spec-tools.js';

const CONCURRENT = 8;
/** Bounds for what hangs or grows without end, on a machine that does other things too. */
const SECONDS_MAX = 10;
const GROWTH_BYTES_MAX = 250_000_000;

const dataDir = mkdtempSync(join(tmpdir(), 'urbanmine-gateway-'));
let stack: TestStack;
let database: Pool;
let topic: Topic;
let gateway: GatewayProcess | undefined;

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
}, 60_000);

afterAll(async () => {
  gateway?.child.kill('SIGKILL');
  await database.end();
  await stack.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function post(
  url: string,
  { body, headers }: Omit<HostileBody, 'what'>,
): Promise<{ readonly status: number; readonly seconds: number }> {
  const begun = performance.now();
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { ...headers, authorization: `Bearer ${TOKENS['north.gate-1']}` },
  });
  await response.arrayBuffer();
  return { status: response.status, seconds: (performance.now() - begun) / 1_000 };
}

async function residentBytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes ([0-9.e+]+)$/m.exec(text)?.[1]);
}

it('answers each hostile body with 4xx, in bounded time and memory, and takes nothing of it', async () => {
  gateway = await gatewayProcess(stack, { DATA_DIR: dataDir });
  const { url } = gateway;
  await until(async () => (await fetch(`${url}/readyz`)).ok);
  const before = await residentBytes(url);
  const bodies = hostileBodies();
  expect(bodies.length).toBeGreaterThanOrEqual(200);
  const wrong: object[] = [];
  let peak = before;
  for (let at = 0; at < bodies.length; at += CONCURRENT) {
    const some = bodies.slice(at, at + CONCURRENT);
    const answers = await Promise.all(some.map((body) => post(url, body)));
    answers.forEach((answer, index) => {
      const { status, seconds } = answer;
      if (status < 400 || status > 499 || seconds > SECONDS_MAX) {
        wrong.push({ what: some[index]!.what, ...answer });
      }
    });
    peak = Math.max(peak, await residentBytes(url));
  }
  expect(wrong).toEqual([]);
  expect(peak - before).toBeLessThan(GROWTH_BYTES_MAX);
  const good = { body: Buffer.from(arrival(1)), headers: { 'content-type': 'application/json' } };
  expect((await post(url, good)).status).toBe(202);
  expect(await topic.count()).toBe(1);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(
    /gateway_station_refused_total\{site="north",station="gate-1",reason="data-not-json"\} \d+/,
  );
  expect(metrics).toMatch(/gateway_in_flight_bytes 0\n/);
}, 120_000);
