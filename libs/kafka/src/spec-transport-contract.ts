import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PoisonError } from '#contracts';
import type { Kafka } from 'kafkajs';
import { Registry } from 'prom-client';
import { askCluster } from './cluster-view.js';
import type { RecordBatch } from './record.js';
import { atOffset } from './run-batch.js';
import { Bench, SILENT, textsOf, until } from './spec-bench.js';
import { createTopics } from './topics.js';
import type { Transport } from './transport.js';

const PARTITIONS = [0, 1, 2, 3];
/** A member that is silent is missed after 6 s; the rest is for a machine that does other things. */
const TAKE_OVER_MS = 40_000;

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

/** What was handled, by partition, in the order of handling. */
class Handled {
  readonly texts = new Map<number, string[]>();

  keep = (batch: RecordBatch): Promise<void> => {
    for (const text of textsOf(batch)) this.add(batch.partition, text);
    return Promise.resolve();
  };

  add(partition: number, text: string): void {
    const list = this.texts.get(partition) ?? [];
    list.push(text);
    this.texts.set(partition, list);
  }

  of = (partition: number): string[] => this.texts.get(partition) ?? [];
}

/** A real broker, with a corner of its own for one run of the contract. */
interface ContractBroker {
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  close(): Promise<void>;
}

/** Broker, client and processes of one run of the contract. */
class World {
  broker!: ContractBroker;
  bench!: Bench;
  private readonly children: ChildProcess[] = [];

  async open(transportOf: (kafka: Kafka) => Transport, broker: ContractBroker): Promise<void> {
    this.broker = broker;
    this.bench = new Bench(broker.brokers, broker.topicPrefix, transportOf);
    await createTopics(this.bench.kafka, this.bench.prefix);
    await this.bench.producer.connect();
  }

  async close(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    await this.bench.close();
    await this.broker.close();
  }

  /** Writes the same texts to every partition. */
  async writeAll(texts: readonly string[]): Promise<void> {
    for (const partition of PARTITIONS) await this.bench.write(texts, partition);
  }

  offsets(group: string): Promise<number[]> {
    return Promise.all(PARTITIONS.map((partition) => this.bench.committed(group, partition)));
  }

  /** A member of `group` in a process of its own; what it handled is in `handled`. */
  consumerProcess(group: string, handled: Handled): ChildProcess {
    const sources = ['--experimental-transform-types', '--conditions=source', '--no-warnings'];
    const loader = ['--import', './local/typescript-sources.mjs'];
    const program = 'libs/kafka/src/spec-consumer-process.ts';
    const child = spawn(process.execPath, [...sources, ...loader, program], {
      env: {
        BROKERS: this.broker.brokers.join(','),
        PREFIX: this.bench.prefix,
        GROUP: `${this.bench.prefix}${group}`,
        TOPIC: 'stationEvents',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let rest = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = `${rest}${chunk.toString()}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [partition, , text] = line.split(':');
        handled.add(Number(partition), text!);
      }
    });
    this.children.push(child);
    return child;
  }
}

/**
 * What every adapter of the port must do, on a real broker. Beside it stand a broker that is killed
 * (`broker-outage.int.spec.ts`, which needs one of its own) and start offsets of somebody else
 * (`foreign-offsets.int.spec.ts`).
 */
export function describeTransport(
  name: string,
  transportOf: (kafka: Kafka) => Transport,
  openBroker: () => Promise<ContractBroker>,
): void {
  describe(`the transport on ${name}`, () => {
    const world = new World();
    beforeAll(async () => world.open(transportOf, await openBroker()), 60_000);
    afterAll(() => world.close(), 60_000);
    keepsToBounds(world);
    survivesRebalance(world);
    survivesZombie(world);
    survivesPoison(world);
    tellsOfTheCluster(world);
    followsTopics(world);
  });
}

function tellsOfTheCluster(world: World): void {
  it('tells what the cluster is and has, and leaves no group that was its own', async () => {
    const { bench } = world;
    const handled = new Handled();
    const seen = await bench.consume('passing', handled.keep, { ownsGroup: true });
    const [offset] = await bench.write(['here'], 1);
    await until(() => handled.of(1).at(-1) === 'here', 30_000);
    const admin = bench.kafka.admin();
    await admin.connect();
    const groups = async (): Promise<string[]> =>
      (await admin.listGroups()).groups.map(({ groupId }) => groupId);
    expect(await groups()).toContain(`${bench.prefix}passing`);
    await seen.server.close();
    expect(await groups()).not.toContain(`${bench.prefix}passing`);
    const { clusterId } = await admin.describeCluster();
    await admin.disconnect();
    const told = await askCluster(bench.transport.createClusterView(), async (cluster) => ({
      clusterId: await cluster.clusterId(),
      known: (await cluster.topics()).includes(bench.topic),
      partitions: await cluster.partitionCount(bench.topic),
      bounds: await cluster.logBounds(bench.topic),
    }));
    expect(told).toMatchObject({ clusterId, known: true, partitions: told.bounds.length });
    const ofOne = told.bounds.find(({ partition }) => partition === 1);
    expect(ofOne).toEqual({ partition: 1, logStart: 0n, logEnd: offset! + 1n });
  }, 45_000);
}

function followsTopics(world: World): void {
  it('is up before there is a topic, and takes up each that comes', async () => {
    const { bench } = world;
    const handled: string[] = [];
    const handle = (batch: RecordBatch): Promise<number> =>
      Promise.resolve(handled.push(batch.topic));
    let topics: readonly string[] = [];
    const consumer = bench.transport.createRoamingConsumer({
      groupId: `${bench.prefix}roaming`,
      prefix: bench.prefix,
      logger: SILENT,
      registry: new Registry(),
      fetch: { maxWaitTimeInMs: 50 },
      findTopics: () => Promise.resolve(topics),
      everyMs: 50,
      onFatal: (error) => {
        throw error;
      },
      onPoison: () => Promise.resolve(),
    });
    consumer.addHandler('any', handle, true);
    await new Promise((listening) => void consumer.listen(listening));
    topics = [bench.topic];
    await until(() => handled.length > 0, 30_000);
    await consumer.close();
    expect(new Set(handled)).toEqual(new Set([bench.topic]));
  }, 45_000);
}

function keepsToBounds(world: World): void {
  it('refuses a record above its bound, takes all others, and hands over what is large', async () => {
    const handled = new Handled();
    await world.bench.consume('oversize', handled.keep, {
      fetch: { maxWaitTimeInMs: 50, maxBytesPerPartition: 10_000 },
    });
    const large = 'x'.repeat(800_000);
    const sends = await Promise.allSettled([
      world.bench.write(['before']),
      world.bench.write(['x'.repeat(1_000_000)]),
      world.bench.write([large, 'after']),
    ]);
    expect(sends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((sends[1] as PromiseRejectedResult).reason).toBeInstanceOf(RangeError);
    await until(() => handled.of(0).length === 3, 20_000);
    expect(handled.of(0)).toEqual(['before', large, 'after']);
  }, 45_000);
}

function survivesRebalance(world: World): void {
  it('loses nothing and keeps order while members come and go', async () => {
    const all = new Handled();
    const byFirst = new Handled();
    const bySecond = new Handled();
    const both = (own: Handled) => async (batch: RecordBatch) => {
      await own.keep(batch);
      await all.keep(batch);
    };
    await world.bench.consume('rebalance', both(byFirst));
    let written = 0;
    const write = async (): Promise<void> => {
      await world.writeAll(numbers(written, written + 25));
      written += 25;
    };
    await write();
    const second = await world.bench.consume('rebalance', both(bySecond));
    await write();
    await until(() => PARTITIONS.some((one) => bySecond.of(one).length > 0), 30_000);
    await write();
    await second.server.close();
    await write();
    const reached = (): boolean =>
      PARTITIONS.every((one) => new Set(all.of(one)).size === written + (one === 0 ? 3 : 0));
    await until(reached, 30_000);
    for (const partition of PARTITIONS.slice(1)) {
      // Each member saw an ascending stretch; what was not committed may come a second time.
      expect([...new Set(all.of(partition))]).toEqual(numbers(0, written));
    }
    expect(second.fatal).toEqual([]);
  }, 90_000);
}

function survivesZombie(world: World): void {
  it('survives a member that stands still, wakes up as a zombie, and is killed', async () => {
    const before = PARTITIONS.map(() => 0);
    const inChild = new Handled();
    const child = world.consumerProcess('zombie', inChild);
    await world.writeAll(['begin']);
    await until(() => PARTITIONS.every((one) => inChild.of(one).includes('begin')), TAKE_OVER_MS);
    // In the middle of a batch.
    await world.writeAll(numbers(1_000, 1_200));
    await until(() => PARTITIONS.some((one) => inChild.of(one).includes('1003')), TAKE_OVER_MS);
    child.kill('SIGSTOP');
    const here = new Handled();
    const survivor = await world.bench.consume('zombie', here.keep);
    await world.writeAll(['meanwhile']);
    await until(() => PARTITIONS.every((one) => here.of(one).includes('meanwhile')), TAKE_OVER_MS);
    const ends = (): Promise<boolean> =>
      world.offsets('zombie').then((all) => all.every((one, at) => one > before[at]! + 200));
    await until(ends, TAKE_OVER_MS);
    const committed = await world.offsets('zombie');
    child.kill('SIGCONT');
    // It finds out that the group went on, comes back, and is given work again.
    await until(async () => {
      await world.writeAll(['again']);
      await new Promise((resolve) => setTimeout(resolve, 250));
      return PARTITIONS.some((one) => inChild.of(one).includes('again'));
    }, TAKE_OVER_MS);
    const later = await world.offsets('zombie');
    expect(later.every((one, at) => one >= committed[at]!)).toBe(true);
    child.kill('SIGKILL');
    await world.writeAll(['end']);
    await until(() => PARTITIONS.every((one) => here.of(one).includes('end')), TAKE_OVER_MS);
    for (const partition of PARTITIONS) {
      const union = new Set([...inChild.of(partition), ...here.of(partition)]);
      expect(
        [...numbers(1_000, 1_200), 'meanwhile', 'end'].filter((one) => !union.has(one)),
      ).toEqual([]);
    }
    expect(survivor.fatal).toEqual([]);
  }, 200_000);
}

function survivesPoison(world: World): void {
  it('goes around poison, and stops the partition when too much of it is', async () => {
    const handled = new Handled();
    const registry = new Registry();
    const handle = (batch: RecordBatch): Promise<void> => {
      for (const { offset, value } of batch.records) {
        atOffset(offset, () => {
          if (value?.toString() === 'bad') throw new PoisonError('bad', 'data-invalid');
        });
      }
      return handled.keep(batch);
    };
    const start = await world.bench.write(['a', 'bad', 'b'], 2);
    const rejectLimits = { records: 100, rejectsMin: 10, share: 0.5 };
    const seen = await world.bench.consume('poison', handle, { registry, rejectLimits });
    await until(() => handled.of(2).at(-1) === 'b', 30_000);
    const rejected = seen.poison.filter(({ partition }) => partition === 2);
    expect(rejected.map(({ offset }) => offset)).toEqual([start[1]]);
    await world.bench.write(new Array<string>(100).fill('bad'), 3);
    await until(() => !seen.server.readiness().ready, 30_000);
    expect(seen.server.readiness()).toMatchObject({ reason: expect.stringMatching(/stopped/) });
    const stopped = seen.poison.filter(({ partition }) => partition === 3);
    await world.bench.write(['c'], 2);
    await until(() => handled.of(2).at(-1) === 'c', 30_000);
    // The hundred records before were good.
    expect(stopped).toHaveLength(50);
    expect(seen.poison.filter(({ partition }) => partition === 3)).toHaveLength(stopped.length);
    const metrics = await registry.metrics();
    expect(metrics).toMatch(/urbanmine_kafka_stopped_partitions\{topic="[^"]+"\} 1/);
    const next = stopped.at(-1)!.offset + 1n;
    await until(async () => (await world.bench.committed('poison', 3)) === Number(next), 30_000);
    expect(seen.fatal).toEqual([]);
  }, 90_000);
}
