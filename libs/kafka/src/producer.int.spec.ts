import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RetriableError } from '#contracts';
import type { Kafka, ProducerBatch, ProducerConfig } from 'kafkajs';
import { type TestStack, testStack } from '#local';
import { createProducer } from './producer.js';
import { Bench, SILENT, textsOf, until } from './spec-bench.js';
import { createTopics } from './topics.js';

let stack: TestStack;
let bench: Bench;
beforeAll(async () => {
  stack = await testStack();
  bench = new Bench(stack.brokers, stack.topicPrefix);
  await createTopics(bench.kafka, stack.topicPrefix);
  await bench.producer.connect();
});
afterAll(async () => {
  await bench.close();
  await stack.close();
});

async function readAll(partition: number, count: number): Promise<string[]> {
  const texts: string[] = [];
  const { server } = await bench.consume(`read-${partition}`, (batch) => {
    if (batch.partition === partition) texts.push(...textsOf(batch));
    return Promise.resolve();
  });
  await until(() => texts.length >= count);
  await server.close();
  return texts;
}

describe('createTopics', () => {
  it('creates what is missing, changes nothing that is there and says what differs', async () => {
    const prefix = `${stack.topicPrefix}again.`;
    const admin = bench.kafka.admin();
    await admin.connect();
    const topic = `${prefix}station-events.v1`;
    await admin.createTopics({ topics: [{ topic, numPartitions: 2 }] });
    await admin.disconnect();
    const first = await createTopics(bench.kafka, prefix);
    expect(first.created).toContain(`${prefix}lots.v1`);
    expect(first.created).not.toContain(topic);
    expect(first.differences).toEqual([
      `${topic} has 2 partitions, not 4`,
      `${topic} has message.timestamp.type=CreateTime, not LogAppendTime`,
    ]);
    expect(await createTopics(bench.kafka, prefix)).toMatchObject({ created: [] });
  });
});

describe('createProducer', () => {
  it('resolves with the offset of each record once the broker has it', async () => {
    expect(await bench.write(['a', 'b', 'c'], 0)).toEqual([0n, 1n, 2n]);
    expect(await bench.write(['d'], 0)).toEqual([3n]);
    expect(await bench.producer.send([])).toEqual([]);
  });

  it('gathers many small sends into few requests and keeps their order', async () => {
    let requests = 0;
    const counting = Object.assign(Object.create(bench.kafka) as Kafka, {
      producer: (config: ProducerConfig) => {
        const producer = bench.kafka.producer(config);
        const sendBatch = (batch: ProducerBatch) => {
          requests += 1;
          return producer.sendBatch(batch);
        };
        return { ...producer, sendBatch };
      },
    });
    const producer = createProducer(counting, { logger: SILENT, lingerMs: 5 });
    await producer.connect();
    const texts = Array.from({ length: 600 }, (_, index) => String(index));
    const sends = texts.map(async (text) => {
      const record = { topic: bench.topic, partition: 1, key: 'k', value: Buffer.from(text) };
      return Number((await producer.send([record]))[0]);
    });
    expect(await Promise.all(sends)).toEqual(texts.map(Number));
    expect(requests).toBe(2);
    expect(await readAll(1, 600)).toEqual(texts);
    await producer.close();
  });

  it('splits what is more than a request may hold', async () => {
    const texts = Array.from({ length: 50 }, (_, index) => `${index}`.padEnd(60_000, '.'));
    const offsets = await bench.write(texts, 2);
    expect(offsets.map(Number)).toEqual(texts.map((_, index) => index));
    expect(await readAll(2, 50)).toEqual(texts);
  });

  it('refuses a record without a partition of the topic, and goes on', async () => {
    const record = { topic: bench.topic, key: 'k', value: Buffer.from('x') };
    const wrong = Number.NaN;
    await expect(bench.producer.send([{ ...record, partition: wrong }])).rejects.toThrow(
      'names no partition',
    );
    await expect(bench.producer.send([{ ...record, partition: 9 }])).rejects.toThrow(
      'has 4 partitions; a record names 9',
    );
    expect(await bench.write(['after'], 3)).toEqual([0n]);
  });

  it('says with a RetriableError that the queue is full', async () => {
    const producer = createProducer(bench.kafka, { logger: SILENT, maxQueuedBytes: 1000 });
    await producer.connect();
    const record = { topic: bench.topic, partition: 3, key: null, value: Buffer.alloc(800) };
    const first = producer.send([record]);
    await expect(producer.send([record])).rejects.toThrow(RetriableError);
    expect(producer.readiness()).toMatchObject({ ready: false });
    await first;
    await producer.send([record]);
    expect(producer.readiness()).toEqual({ ready: true });
    await producer.close();
    await expect(producer.send([record])).rejects.toThrow('closing');
  });
});
