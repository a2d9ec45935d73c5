import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { type EventEnvelope, RetriableError, TOPICS, encodeHeaders, topicName } from '#contracts';
import type { ClusterView, KafkaLogger, OutgoingRecord, RecordProducer, Transport } from '#kafka';
import type { ReadinessResult } from '#process';
import type { Caller } from '../registry/directory.js';
import type { EventSink } from './event-sink.js';

export interface KafkaSinkOptions {
  readonly transport: Transport;
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
  private readonly producer: RecordProducer;
  private readonly cluster: ClusterView;
  private connected = false;
  private connecting: Promise<void> | undefined;
  private probing: Promise<ReadinessResult> | undefined;

  constructor(private readonly options: KafkaSinkOptions) {
    const { transport, logger, lingerMs, ackTimeoutMs, maxQueuedBytes } = options;
    this.topic = topicName(options.topicPrefix, 'stationEvents');
    this.producer = transport.createProducer({ logger, lingerMs, ackTimeoutMs, maxQueuedBytes });
    this.cluster = transport.createClusterView();
  }

  /** Not awaited: a gateway listens and says 503 while the broker is away. */
  onApplicationBootstrap(): void {
    this.connecting = this.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    // While the first connection still waits for the broker there is nothing to write or to leave.
    if (!this.connected) return;
    await this.producer.close();
    await this.cluster.close();
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
  topics(): Promise<readonly string[]> {
    this.assertReached();
    return this.cluster.topics();
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
      await this.cluster.connect();
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
    const partitions = await this.cluster.partitionCount(this.topic);
    if (partitions !== TOPICS.stationEvents.partitions) {
      return { ready: false, reason: `${this.topic} has ${partitions} partitions` };
    }
    return this.producer.readiness();
  }
}
