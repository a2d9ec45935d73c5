import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { type EventEnvelope, RetriableError, TOPICS, encodeHeaders, topicName } from '#contracts';
import {
  type KafkaLogger,
  type OutgoingRecord,
  type RecordProducer,
  createKafka,
  createProducer,
} from '#kafka';
import type { KafkaAccess, ReadinessResult } from '#process';
import type { Caller } from '../registry/directory.js';
import type { EventSink } from './event-sink.js';

export interface KafkaSinkOptions {
  readonly access: KafkaAccess;
  readonly topicPrefix: string;
  readonly logger: KafkaLogger;
  readonly lingerMs: number;
  readonly ackTimeoutMs: number;
  readonly maxQueuedBytes: number;
}

/** Writes to `station-events`, whose only writer the gateway is. */
@Injectable()
export class KafkaSink implements EventSink, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly topic: string;
  readonly kafka: ReturnType<typeof createKafka>;
  private readonly producer: RecordProducer;
  private readonly admin: ReturnType<ReturnType<typeof createKafka>['admin']>;
  private connected = false;
  private connecting: Promise<void> | undefined;
  private probing: Promise<ReadinessResult> | undefined;

  constructor(private readonly options: KafkaSinkOptions) {
    const { access, logger, lingerMs, ackTimeoutMs, maxQueuedBytes } = options;
    this.topic = topicName(options.topicPrefix, 'stationEvents');
    this.kafka = createKafka({ ...access, clientId: 'urbanmine-gateway', logger });
    this.producer = createProducer(this.kafka, { logger, lingerMs, ackTimeoutMs, maxQueuedBytes });
    this.admin = this.kafka.admin();
  }

  /** Not awaited: a gateway listens and says 503 while the broker is away. */
  onApplicationBootstrap(): void {
    this.connecting = this.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    // While the first connection still waits for the broker there is nothing to write or to leave.
    if (!this.connected) return;
    await this.producer.close();
    await this.admin.disconnect();
  }

  async append(caller: Caller, events: readonly EventEnvelope[]): Promise<void> {
    const { topic } = this;
    const { partition, siteId: key } = caller;
    await this.write(
      events.map(({ attributes, data }) => ({
        topic,
        partition,
        key,
        value: data,
        headers: encodeHeaders(attributes),
      })),
    );
  }

  /** Resolves when the broker has them; rejects as `append` does. */
  async write(records: readonly OutgoingRecord[]): Promise<void> {
    this.assertReached();
    await this.producer.send(records);
  }

  /** The topics that this process may see. */
  topics(): Promise<string[]> {
    this.assertReached();
    return this.admin.listTopics();
  }

  private assertReached(): void {
    if (!this.connected) throw new RetriableError('the broker was not reached yet');
  }

  /** One probe at a time: while the broker is away each waits for it. */
  readiness(): Promise<ReadinessResult> {
    this.probing ??= this.probe().finally(() => {
      this.probing = undefined;
    });
    return this.probing;
  }

  private async connect(): Promise<void> {
    try {
      await this.producer.connect();
      await this.admin.connect();
      this.connected = true;
    } catch (error) {
      this.options.logger.error(
        { error: String(error) },
        'the broker cannot be used; trying again',
      );
      setTimeout(() => {
        this.connecting = this.connect();
      }, 1_000).unref();
    }
  }

  private async probe(): Promise<ReadinessResult> {
    await this.connecting;
    if (!this.connected) return { ready: false, reason: 'the broker was not reached yet' };
    const { topics } = await this.admin.fetchTopicMetadata({ topics: [this.topic] });
    const partitions = topics[0]?.partitions.length ?? 0;
    if (partitions !== TOPICS.stationEvents.partitions) {
      return { ready: false, reason: `${this.topic} has ${partitions} partitions` };
    }
    return this.producer.readiness();
  }
}
