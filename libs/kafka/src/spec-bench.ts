import { expect } from '@jest/globals';
import { Registry } from 'prom-client';
import { type TopicName, topicName } from '#contracts';
import type { Kafka } from 'kafkajs';
import { createKafka, type KafkaLogger } from './client.js';
import type { RecordProducer } from './producer.js';
import type { PlacedRecord, RecordBatch } from './record.js';
import {
  type BatchConsumer,
  type ConsumerOptions,
  kafkajsTransport,
  type Transport,
} from './transport.js';

const silent = (): void => undefined;
export const SILENT: KafkaLogger = { debug: silent, info: silent, warn: silent, error: silent };

export const TOPIC: TopicName = 'stationEvents';

/** A client, a producer and consumers of one spec, closed together. */
export class Bench {
  readonly kafka: Kafka;
  readonly producer: RecordProducer;
  readonly transport: Transport;
  private readonly servers: BatchConsumer[] = [];

  constructor(
    brokers: readonly string[],
    readonly prefix: string,
    transportOf: (kafka: Kafka) => Transport = kafkajsTransport,
  ) {
    this.kafka = createKafka({ brokers, clientId: 'spec', logger: SILENT, retries: 60 });
    this.transport = transportOf(this.kafka);
    this.producer = this.transport.createProducer({ logger: SILENT });
  }

  get topic(): string {
    return topicName(this.prefix, TOPIC);
  }

  /** Writes texts one after the other to a partition and returns their offsets. */
  write(texts: readonly string[], partition = 0): Promise<readonly bigint[]> {
    const { topic } = this;
    return this.producer.send(
      texts.map((text) => ({ topic, partition, key: 'site', value: Buffer.from(text) })),
    );
  }

  async consume(
    group: string,
    handler: (batch: RecordBatch) => Promise<void>,
    options: Partial<ConsumerOptions> = {},
  ): Promise<Consumption> {
    const seen = new Consumption();
    const server = this.transport.createConsumer({
      groupId: `${this.prefix}${group}`,
      prefix: this.prefix,
      logger: SILENT,
      registry: new Registry(),
      fetch: { maxWaitTimeInMs: 50 },
      onFatal: (error) => seen.fatal.push(error),
      onPoison: (record) => {
        seen.poison.push(record);
        return Promise.resolve();
      },
      ...options,
    });
    this.servers.push(server);
    seen.server = server;
    server.addHandler(TOPIC, (batch: RecordBatch) => handler(batch) as never, true);
    let failure: unknown;
    await server.listen((error) => (failure = error));
    expect(failure).toBeUndefined();
    return seen;
  }

  /** The group's committed offset, -1 when there is none. */
  async committed(group: string, partition = 0): Promise<number> {
    const admin = this.kafka.admin();
    await admin.connect();
    const groupId = `${this.prefix}${group}`;
    const offsets = await admin.fetchOffsets({ groupId, topics: [this.topic] });
    await admin.disconnect();
    const found = offsets[0]?.partitions.find((place) => place.partition === partition);
    return Number(found?.offset ?? -1);
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.close()));
    await this.producer.close();
  }
}

/** What happened to one consumer. */
export class Consumption {
  server!: BatchConsumer;
  readonly fatal: unknown[] = [];
  readonly poison: PlacedRecord[] = [];
}

export function textsOf(batch: RecordBatch): string[] {
  return batch.records.map(({ value }) => value?.toString() ?? '');
}

/** Waits until `condition` holds; fails after `timeoutMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline)
      throw new Error(`not so within ${timeoutMs} ms: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
