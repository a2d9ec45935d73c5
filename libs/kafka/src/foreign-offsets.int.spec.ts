import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { InvariantError, RetriableError } from '#contracts';
import { type TestStack, testStack } from '#local';
import type { ForeignOffsets } from './batch-server-options.js';
import type { RecordBatch } from './record.js';
import { Bench, textsOf, until } from './spec-bench.js';
import { createTopics, type LogBounds } from './topics.js';

let stack: TestStack;
let bench: Bench;
let opened = 0;
beforeAll(async () => {
  stack = await testStack();
});
beforeEach(async () => {
  if (opened > 0) await bench.close();
  opened += 1;
  bench = new Bench(stack.brokers, `${stack.topicPrefix}${opened}.`);
  await createTopics(bench.kafka, bench.prefix);
  await bench.producer.connect();
});
afterAll(async () => {
  await bench.close();
  await stack.close();
});

/** The offsets as a database would hold them: moved by the handler, read at each claim. */
class Database implements ForeignOffsets {
  readonly next = new Map<number, bigint>();
  readonly texts: string[] = [];
  readonly asked: LogBounds[][] = [];
  readonly revoked: number[] = [];

  onAssigned(_topic: string, partitions: readonly LogBounds[]) {
    this.asked.push([...partitions]);
    const answer = partitions.map(
      ({ partition }) => [partition, this.next.get(partition) ?? null] as const,
    );
    return Promise.resolve(new Map(answer));
  }

  onRevoked(_topic: string, partitions: readonly number[]): Promise<void> {
    this.revoked.push(...partitions);
    return Promise.resolve();
  }

  handle = (batch: RecordBatch): Promise<void> => {
    const next = this.next.get(batch.partition) ?? 0n;
    if (batch.firstOffset !== next) {
      throw new InvariantError(`${batch.firstOffset} instead of ${next}`);
    }
    this.next.set(batch.partition, batch.lastOffset + 1n);
    this.texts.push(...textsOf(batch));
    return Promise.resolve();
  };
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

describe('KafkaBatchServer with foreign offsets', () => {
  it('begins where the database says, not where the group stands', async () => {
    const offsets = new Database();
    await bench.write(numbers(0, 100));
    const first = await bench.consume('g', offsets.handle, { offsets });
    await until(() => offsets.texts.length === 100);
    await first.server.close();
    expect(offsets.asked[0]).toContainEqual({ partition: 0, logStart: 0n, logEnd: 100n });

    for (const start of [40n, 0n, 99n]) {
      offsets.next.set(0, start);
      offsets.texts.length = 0;
      const seen = await bench.consume('g', offsets.handle, { offsets });
      await until(() => offsets.texts.length === 100 - Number(start));
      await seen.server.close();
      expect(offsets.texts).toEqual(numbers(Number(start), 100));
      expect(seen.fatal).toEqual([]);
    }
  });

  it('hands over nothing until the database answers, and says so', async () => {
    const offsets = new Database();
    await bench.write(['a']);
    let failures = 0;
    const slow: ForeignOffsets = {
      onAssigned: (topic, partitions) => {
        failures += 1;
        if (failures < 4) throw new RetriableError('no database');
        return offsets.onAssigned(topic, partitions);
      },
    };
    const { server } = await bench.consume('g', offsets.handle, { offsets: slow });
    await until(() => failures > 1);
    expect(offsets.texts).toEqual([]);
    expect(server.readiness()).toMatchObject({
      reason: '4 partitions wait for a start offset',
    });
    await until(() => offsets.texts.length === 1);
    expect(server.readiness()).toEqual({ ready: true });
  });

  it('claims again at each rebalance and tells what went away', async () => {
    const offsets = new Database();
    await bench.consume('g', offsets.handle, { offsets });
    await bench.write(numbers(0, 10), 0);
    await bench.write(numbers(10, 20), 1);
    await until(() => offsets.texts.length === 20);
    const others = new Database();
    for (const [partition, next] of offsets.next) others.next.set(partition, next);
    const second = await bench.consume('g', others.handle, { offsets: others });
    await until(() => offsets.revoked.length === 2 && others.asked.length === 1);
    expect(others.asked[0]).toHaveLength(2);
    const places = [0, 1, 2, 3];
    await Promise.all(places.map((partition) => bench.write([`p${partition}`], partition)));
    await until(() => offsets.texts.length + others.texts.length === 24);
    await second.server.close();
    expect(others.revoked).toHaveLength(2);
    await until(() => offsets.asked.at(-1)?.length === 4);
    expect(second.fatal).toEqual([]);
  });

  it('stops when the log does not hold the offset any more', async () => {
    const offsets = new Database();
    offsets.next.set(0, 5n);
    await bench.write(numbers(0, 20));
    const admin = bench.kafka.admin();
    await admin.connect();
    const partitions = [{ partition: 0, offset: '10' }];
    // deleteTopicRecords does not load the metadata that it needs.
    await admin.fetchTopicOffsets(bench.topic);
    await admin.deleteTopicRecords({ topic: bench.topic, partitions });
    await admin.disconnect();
    const seen = await bench.consume('g', offsets.handle, { offsets });
    await until(() => seen.fatal.length > 0);
    expect(String(seen.fatal[0])).toMatch(/InvariantError: .* begins at 10, not at 5/);
    expect(offsets.texts).toEqual([]);
    await seen.server.close();

    const lenient = await bench.consume('other', keepFrom(offsets), {
      offsets,
      whenOutOfRange: 'earliest',
    });
    await until(() => offsets.texts.length === 10);
    expect(lenient.fatal).toEqual([]);
  });
});

const keepFrom =
  (database: Database) =>
  (batch: RecordBatch): Promise<void> => {
    database.texts.push(...textsOf(batch));
    return Promise.resolve();
  };
