import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { SITE_PARTITIONS } from '#contracts';
import { type BatchConsumer, type RecordProducer, createKafka, kafkajsTransport } from '#kafka';
import { knownPieceModels } from '#materials';
import { type Logger, type ServiceOptions, openTracing } from '#process';
import { type Registry, register } from 'prom-client';
import type { ClassifierConfig } from './classifier.config.js';
import { type ClassifierMetrics, classifierMetrics } from './classifier.metrics.js';
import { ClassifyBatchController } from './classify-batch/classify-batch.controller.js';
import { ClassifyBatchHandler } from './classify-batch/classify-batch.handler.js';

const PRODUCER = Symbol('producer');
/** Partitions that are handled side by side are written in one request. */
const LINGER_MS = 3;

@Module({ controllers: [ClassifyBatchController] })
class ClassifierModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(PRODUCER) private readonly producer: RecordProducer) {}

  static register(
    topicPrefix: string,
    producer: RecordProducer,
    metrics: ClassifierMetrics,
  ): DynamicModule {
    return {
      module: ClassifierModule,
      providers: [
        { provide: PRODUCER, useValue: producer },
        {
          provide: ClassifyBatchHandler,
          useValue: new ClassifyBatchHandler(producer, metrics, topicPrefix),
        },
      ],
    };
  }

  /** Before the first frame comes: making the tables takes some tenths of a second. */
  onApplicationBootstrap(): void {
    knownPieceModels();
  }

  /** Transports have stopped by now, so nothing is sent any more. */
  async onApplicationShutdown(): Promise<void> {
    await this.producer.close();
  }
}

/** Everything that `runService` needs to make this process a classifier. */
export function classifierService(
  config: ClassifierConfig,
  logger: Logger,
  registry: Registry = register,
): ServiceOptions {
  const { topicPrefix } = config;
  const kafka = createKafka({ ...config.kafka, clientId: 'classifier', logger });
  const transport = kafkajsTransport(kafka);
  const producer = transport.createProducer({ logger, lingerMs: LINGER_MS });
  const metrics = classifierMetrics(registry);
  const tracing = openTracing(config.traces, 'classifier', logger);
  const servers: BatchConsumer[] = [];
  return {
    name: 'classifier',
    module: ClassifierModule.register(topicPrefix, producer, metrics),
    port: config.port,
    host: config.host,
    logger,
    registry,
    tracing,
    transports: (app, onFatal) => {
      const handler = app.get(ClassifyBatchHandler);
      servers.push(
        transport.createConsumer({
          groupId: `${topicPrefix}classifier`,
          prefix: topicPrefix,
          logger,
          onFatal,
          onPoison: (record, error) => handler.reject(record, error),
          whenOutOfRange: 'earliest',
          // While one partition waits for the broker, another is classified.
          partitionsConsumedConcurrently: SITE_PARTITIONS,
          // Cost is per request: the broker collects for a while instead of answering at once.
          fetch: { minBytes: 524_288, maxWaitTimeInMs: 80, maxBytesPerPartition: 2_097_152 },
          registry,
          tracer: tracing?.tracer,
        }),
      );
      return servers;
    },
    readiness: () => [
      ...servers.map((server) => ({ name: 'consumer', check: () => server.readiness() })),
      { name: 'producer', check: () => producer.readiness() },
    ],
  };
}
