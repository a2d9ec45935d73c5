import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { Kafka } from 'kafkajs';
import { KafkaBatchServer } from './batch-server.js';
import type { BatchServerOptions } from './batch-server-options.js';
import { type ClusterView, kafkajsClusterView } from './cluster-view.js';
import { type ProducerOptions, type RecordProducer, createProducer } from './producer.js';
import { type RoamingOptions, RoamingBatchServer } from './roaming-batch-server.js';

/** Hands batches of records to handlers; a strategy of Nest. */
export interface BatchConsumer extends CustomTransportStrategy {
  /** Joins the group; `callback` is told why that failed, if it did. */
  listen(callback: (error?: unknown) => void): Promise<void>;
  /** Stops fetching, waits for the handler under way and its commit, leaves the group. */
  close(): Promise<void>;
  readiness(): { readonly ready: true } | { readonly ready: false; readonly reason: string };
  addHandler: KafkaBatchServer['addHandler'];
}

/** One consumer after the other, so without a readiness of its own. */
type RoamingConsumer = Omit<BatchConsumer, 'listen' | 'readiness'> & CustomTransportStrategy;

export type ConsumerOptions = Omit<BatchServerOptions, 'kafka'>;

/**
 * The port to the broker: what carries records between processes, whichever client does it. An
 * adapter MUST pass the contract in `spec-transport-contract.ts`: nothing acknowledged is lost and
 * nothing committed unhandled, order holds within a partition, whatever is killed, stopped or too
 * large meanwhile.
 */
export interface Transport {
  createProducer(options: ProducerOptions): RecordProducer;
  createConsumer(options: ConsumerOptions): BatchConsumer;
  /** Over topics that come and go; up at once, it finds the broker in the background. */
  createRoamingConsumer(options: Omit<RoamingOptions, 'kafka'>): RoamingConsumer;
  createClusterView(): ClusterView;
}

/** The adapter on kafkajs. */
export const kafkajsTransport = (kafka: Kafka): Transport => ({
  createProducer: (options) => createProducer(kafka, options),
  createConsumer: (options) => new KafkaBatchServer({ ...options, kafka }),
  createRoamingConsumer: (options) => new RoamingBatchServer({ ...options, kafka }),
  createClusterView: () => kafkajsClusterView(kafka),
});
