import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stack, startStack, testDataDir } from '#local';
import { Bench, textsOf, until } from './spec-bench.js';
import { createTopics } from './topics.js';

let stack: Stack;
let bench: Bench;
const dataDir = testDataDir();
beforeAll(async () => {
  const databaseUrl = process.env['TEST_DATABASE_URL'];
  stack = await startStack({ dataDir, portBase: 'free', throwAway: true, databaseUrl });
  bench = new Bench(stack.kafkaBrokers, 'outage.');
  await createTopics(bench.kafka, bench.prefix);
  await bench.producer.connect();
}, 60_000);
afterAll(async () => {
  await bench.close();
  await stack.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

describe('a broker that is killed', () => {
  it('loses nothing, doubles nothing and keeps the order, on both sides', async () => {
    const texts: string[] = [];
    const seen = await bench.consume('g', (batch) => {
      texts.push(...textsOf(batch));
      return Promise.resolve();
    });
    const sends: Promise<unknown>[] = [];
    let number = 0;
    const timer = setInterval(() => {
      sends.push(bench.write([String(number), String(number + 1)]));
      number += 2;
    }, 5);
    await until(() => texts.length > 100);
    await stack.kafka.kill9();
    await stack.kafka.restart();
    const back = texts.length;
    await until(() => texts.length > back + 100, 20_000);
    clearInterval(timer);
    await Promise.all(sends);
    await until(() => new Set(texts).size === number, 20_000);
    const written = Array.from({ length: number }, (_, index) => String(index));
    // A batch whose commit the outage swallowed may come again; what was written stands once.
    expect([...new Set(texts)]).toEqual(written);
    const again: string[] = [];
    await bench.consume('fresh', (batch) => {
      again.push(...textsOf(batch));
      return Promise.resolve();
    });
    await until(() => again.length >= number);
    expect(again).toEqual(written);
    expect(seen.fatal).toEqual([]);
  }, 60_000);
});
