import { randomUUID } from 'node:crypto';
import { topicName } from '#contracts';
import {
  type BatchConsumer,
  type ConsumerOptions,
  askCluster,
  createKafka,
  kafkajsTransport,
} from '#kafka';
import { type Logger, type ServiceOptions, openTracing } from '#process';
import type { Registry } from 'prom-client';
import type { MetricsConfig } from './metrics.config.js';
import { PipelineMetrics } from './metrics.metrics.js';
import { MetricsModule } from './metrics.module.js';
import { NewestTotals } from './totals/newest-totals.js';
import { TopicEnd } from './totals/topic-end.js';

/** Handlers of the group that goes on where it stopped; the totals are read by one of their own. */
const FOLLOWED = ['classifiedEvents', 'custodyEvents'] as const;

/**
 * The service as `runService` and a test start it. Two consumers: one shares the work of the
 * streams with other replicas; the other reads the whole of `totals.v1` in a group that lives as
 * long as this process, so that every replica knows every total.
 */
export function metricsService(
  config: MetricsConfig,
  logger: Logger,
  registry: Registry,
): ServiceOptions {
  const { topicPrefix: prefix, port, host } = config;
  const transport = kafkajsTransport(createKafka({ ...config.kafka, clientId: 'metrics', logger }));
  const tracing = openTracing(config.traces, 'metrics', logger);
  const totals = new NewestTotals();
  const end = new TopicEnd();
  const metrics = new PipelineMetrics(registry, totals);
  const totalsGroup = `${prefix}metrics-totals-${randomUUID()}`;
  const servers: BatchConsumer[] = [];
  return {
    name: 'metrics',
    module: MetricsModule.of(metrics, totals, end),
    port,
    host,
    logger,
    registry,
    tracing,
    configure: async () => {
      const topic = topicName(prefix, 'totals');
      const cluster = transport.createClusterView();
      end.begin(await askCluster(cluster, () => cluster.logBounds(topic)));
    },
    transports: (_app, onFatal) => {
      const tracer = tracing?.tracer;
      const options = { prefix, logger, onFatal, registry, tracer, onPoison: passOver };
      servers.push(
        transport.createConsumer(streams({ ...options, groupId: `${prefix}metrics` })),
        transport.createConsumer(wholeTotals({ ...options, groupId: totalsGroup })),
      );
      return servers;
    },
    readiness: () => [
      ...servers.map((server, index) => ({
        name: index === 0 ? 'streams' : 'totals',
        check: () => server.readiness(),
      })),
      { name: 'totals-end', check: () => end.readiness() },
    ],
  };
}

type Options = Omit<ConsumerOptions, 'resolveTopics'>;

/** Nest gives every handler to every consumer; each takes the topics that are its own. */
const resolving = (
  prefix: string,
  own: readonly ('classifiedEvents' | 'custodyEvents' | 'totals')[],
): ((handlerTopic: string) => readonly string[]) => {
  return (handlerTopic) =>
    own.filter((name) => name === handlerTopic).map((name) => topicName(prefix, name));
};

const streams = (options: Options): ConsumerOptions => ({
  ...options,
  resolveTopics: resolving(options.prefix, FOLLOWED),
  whenOutOfRange: 'earliest',
  // Figures that are asked for every few seconds may wait for one.
  fetch: { minBytes: 2_097_152, maxWaitTimeInMs: 1_000, maxBytesPerPartition: 2_097_152 },
});

/** Leaves nothing behind at the broker: its group is of no use to anybody after it. */
const wholeTotals = (options: Options): ConsumerOptions => ({
  ...options,
  ownsGroup: true,
  resolveTopics: resolving(options.prefix, ['totals']),
  fetch: { minBytes: 262_144, maxWaitTimeInMs: 1_000 },
});

/** This process writes nothing; what nobody can read is a dead letter of its producer's concern. */
const passOver: ConsumerOptions['onPoison'] = () => Promise.resolve();
