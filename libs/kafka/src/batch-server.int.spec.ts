import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { InvariantError, PoisonError, RetriableError } from '#contracts';
import { type TestStack, testStack } from '#local';
import type { Consumer } from 'kafkajs';
import { Registry } from 'prom-client';
import { BatchHandler } from './batch-handler.js';
import { KafkaBatchServer } from './batch-server.js';
import type { RecordBatch } from './record.js';
import { atOffset } from './run-batch.js';
import { Bench, SILENT, textsOf, TOPIC, until } from './spec-bench.js';
import { createTopics } from './topics.js';
import type { BatchConsumer } from './transport.js';

let stack: TestStack;
let bench: Bench;
let opened = 0;
let texts: string[];
beforeAll(async () => {
  stack = await testStack();
});
afterAll(async () => {
  await stack.close();
});

beforeEach(async () => {
  if (opened > 0) await bench.close();
  opened += 1;
  bench = new Bench(stack.brokers, `${stack.topicPrefix}${opened}.`);
  await createTopics(bench.kafka, bench.prefix);
  await bench.producer.connect();
  texts = [];
});
afterAll(async () => {
  await bench.close();
});

const keep = (batch: RecordBatch): Promise<void> => {
  texts.push(...textsOf(batch));
  return Promise.resolve();
};

describe('KafkaBatchServer', () => {
  it('hands over all records of a partition in order and commits after them', async () => {
    const written = Array.from({ length: 2000 }, (_, index) => String(index));
    await bench.write(written.slice(0, 1000));
    const { server } = await bench.consume('g', keep);
    await bench.write(written.slice(1000));
    await until(() => texts.length === 2000);
    expect(texts).toEqual(written);
    await until(async () => (await bench.committed('g')) === 2000);
    expect(server.readiness()).toEqual({ ready: true });
  });

  it('gives times, keys and headers as the broker has them', async () => {
    let found: RecordBatch | undefined;
    await bench.consume('g', (batch) => Promise.resolve(void (found = batch)));
    const value = Buffer.from('x');
    const headers = { ce_id: '1.2' };
    await bench.producer.send([{ topic: bench.topic, partition: 2, key: 'site', value, headers }]);
    await until(() => found !== undefined);
    expect(found).toMatchObject({ partition: 2, firstOffset: 0n, lastOffset: 0n });
    expect(found).toMatchObject({ highWatermark: 1n, topic: bench.topic });
    const record = found!.records[0]!;
    expect(record.key?.toString()).toBe('site');
    expect(String(record.headers['ce_id'])).toBe('1.2');
    expect(Math.abs(Date.now() - record.timestamp)).toBeLessThan(10_000);
  });

  it('tries the same batch again after a RetriableError while other partitions go on', async () => {
    const order: string[] = [];
    let failures = 0;
    const { fatal } = await bench.consume('g', (batch) => {
      order.push(`${batch.partition}:${batch.firstOffset}`);
      if (batch.partition === 0 && failures < 3) {
        failures += 1;
        throw new RetriableError('away');
      }
      return keep(batch);
    });
    await bench.write(['a', 'b']);
    await until(() => failures > 0);
    await bench.write(['other'], 1);
    await until(() => texts.includes('b'));
    expect(order.filter((place) => place === '0:0')).toHaveLength(4);
    expect(order.indexOf('1:0')).toBeLessThan(order.lastIndexOf('0:0'));
    expect(texts).toEqual(['other', 'a', 'b']);
    await until(async () => (await bench.committed('g')) === 2);
    expect(fatal).toEqual([]);
  });

  it('tries an unknown error again, and stops the process when it stays', async () => {
    let calls = 0;
    const seen = await bench.consume(
      'g',
      () => {
        calls += 1;
        return Promise.reject(new Error('who knows'));
      },
      { unknownFailuresMax: 3 },
    );
    await bench.write(['a']);
    await until(() => seen.fatal.length > 0);
    expect(calls).toBe(3);
    expect(await bench.committed('g')).toBe(-1);
  });

  it('rejects a poison record and goes on after it', async () => {
    const registry = new Registry();
    const handle = (batch: RecordBatch): Promise<void> => {
      for (const record of batch.records) {
        atOffset(record.offset, () => {
          if (record.value?.toString() === 'bad') throw new PoisonError('bad', 'data-invalid');
        });
      }
      return keep(batch);
    };
    const seen = await bench.consume('g', handle, { registry });
    await bench.write(['a', 'bad', 'b', 'bad', 'c']);
    await until(() => texts.length === 3);
    expect(texts).toEqual(['a', 'b', 'c']);
    expect(seen.poison.map(({ offset, topic }) => [offset, topic])).toEqual([
      [1n, bench.topic],
      [3n, bench.topic],
    ]);
    await until(async () => (await bench.committed('g')) === 5);
    const metrics = await registry.metrics();
    const { topic } = bench;
    expect(metrics).toContain(`urbanmine_kafka_lag_records{topic="${topic}",partition="0"} 0`);
    expect(metrics).toContain(`urbanmine_kafka_records_total{topic="${topic}"} 5`);
    expect(metrics).toMatch(/urbanmine_kafka_poison_total\{.*reason="data-invalid"\} 2/);
  });

  it('stops on an InvariantError and leaves the offset where it was', async () => {
    await bench.write(['a']);
    const seen = await bench.consume('g', keep);
    await until(async () => (await bench.committed('g')) === 1);
    await seen.server.close();
    const broken = await bench.consume('g', () => {
      throw new InvariantError('impossible');
    });
    await bench.write(['b']);
    await until(() => broken.fatal.length > 0);
    await bench.write(['c']);
    await broken.server.close();
    expect(broken.fatal).toEqual([new InvariantError('impossible')]);
    expect(await bench.committed('g')).toBe(1);
    await bench.consume('g', keep);
    await until(() => texts.length === 3);
    expect(texts).toEqual(['a', 'b', 'c']);
  });

  it('finishes the batch, commits and leaves the group when it is closed', async () => {
    await bench.write(['a']);
    let begun = false;
    const { server } = await bench.consume('g', async (batch) => {
      begun = true;
      await new Promise((resolve) => setTimeout(resolve, 300));
      await keep(batch);
    });
    await until(() => begun);
    await server.close();
    expect(texts).toEqual(['a']);
    expect(await bench.committed('g')).toBe(1);
    const admin = bench.kafka.admin();
    await admin.connect();
    const { groups } = await admin.describeGroups([`${bench.prefix}g`]);
    await admin.disconnect();
    expect(groups[0]?.members).toEqual([]);
  });

  it('outlives a commit that the group refuses', async () => {
    const groupId = `${bench.prefix}g`;
    let evictions = 0;
    const seen = await bench.consume('g', async (batch) => {
      await keep(batch);
      if (evictions === 0) await evict(groupId, seen.server);
      evictions += 1;
    });
    await bench.write(['a']);
    await until(() => texts.length === 2);
    await bench.write(['b']);
    await until(async () => (await bench.committed('g')) === 2);
    expect(texts).toEqual(['a', 'a', 'b']);
    expect(evictions).toBe(3);
    expect(seen.fatal).toEqual([]);
  });

  it('carries a Nest controller, with its errors as they were thrown', async () => {
    let failures = 0;
    @Controller()
    class Handler {
      @BatchHandler(TOPIC)
      handle(batch: RecordBatch): Promise<void> {
        failures += 1;
        if (failures === 1) throw new RetriableError('first');
        if (failures > 2) throw new InvariantError('last');
        return keep(batch);
      }
    }
    @Module({ controllers: [Handler] })
    class HandlerModule {}

    const fatal: unknown[] = [];
    const module = await Test.createTestingModule({ imports: [HandlerModule] }).compile();
    const strategy = new KafkaBatchServer({
      kafka: bench.kafka,
      groupId: `${bench.prefix}nest`,
      prefix: bench.prefix,
      logger: SILENT,
      registry: new Registry(),
      onFatal: (error) => fatal.push(error),
      onPoison: () => Promise.resolve(),
    });
    const app = module.createNestApplication();
    app.connectMicroservice({ strategy });
    await app.startAllMicroservices();
    await bench.write(['a']);
    await until(() => texts.length === 1);
    await bench.write(['b']);
    await until(() => fatal.length === 1);
    expect(fatal[0]).toEqual(new InvariantError('last'));
    expect(texts).toEqual(['a']);
    await app.close();
  });
});

/** Throws the member out, as the broker does with one that was silent for too long. */
async function evict(groupId: string, server: BatchConsumer): Promise<void> {
  const consumer = (server as unknown as { unwrap(): Consumer }).unwrap();
  const { members } = await consumer.describeGroup();
  const [host, port] = stack.brokers[0]!.split(':');
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(2);
    length.writeInt16BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  // LeaveGroup (api key 13) version 0, which kafkajs sends for itself only.
  const header = Buffer.from([0, 13, 0, 0, 0, 0, 0, 1]);
  const body = [header, text('spec'), text(groupId), text(members[0]!.memberId)];
  const length = Buffer.alloc(4);
  length.writeInt32BE(Buffer.concat(body).length);
  const socket = connect(Number(port), host);
  socket.write(Buffer.concat([length, ...body]));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(answer.readInt16BE(8)).toBe(0);
}
