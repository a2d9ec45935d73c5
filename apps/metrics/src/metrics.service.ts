import { randomUUID } from 'node:crypto';
import { topicName } from '#contracts';
import { type BatchServerOptions, KafkaBatchServer, createKafka, fetchLogBounds } from '#kafka';
import type { Logger, ServiceOptions } from '#process';
import type { Kafka } from 'kafkajs';
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
  const kafka = createKafka({ ...config.kafka, clientId: 'metrics', logger });
  const totals = new NewestTotals();
  const end = new TopicEnd();
  const metrics = new PipelineMetrics(registry, totals);
  const totalsGroup = `${prefix}metrics-totals-${randomUUID()}`;
  const servers: KafkaBatchServer[] = [];
  return {
    name: 'metrics',
    module: MetricsModule.of(metrics, totals, end),
    port,
    host,
    logger,
    registry,
    configure: async () => {
      end.begin(await boundsOf(kafka, topicName(prefix, 'totals')));
    },
    transports: (_app, onFatal) => {
      const options = { kafka, prefix, logger, onFatal, registry, onPoison: passOver(logger) };
      servers.push(
        consumer({ ...options, groupId: `${prefix}metrics` }, FOLLOWED),
        new TotalsServer({ ...options, groupId: totalsGroup }, () =>
          dropGroup(kafka, totalsGroup, logger),
        ),
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

type Options = Omit<BatchServerOptions, 'resolveTopics'>;

/** Nest gives every handler to every consumer; each takes the topics that are its own. */
const resolving = (
  prefix: string,
  own: readonly ('classifiedEvents' | 'custodyEvents' | 'totals')[],
): ((handlerTopic: string) => readonly string[]) => {
  return (handlerTopic) =>
    own.filter((name) => name === handlerTopic).map((name) => topicName(prefix, name));
};

const consumer = (options: Options, own: typeof FOLLOWED): KafkaBatchServer =>
  new KafkaBatchServer({
    ...options,
    resolveTopics: resolving(options.prefix, own),
    whenOutOfRange: 'earliest',
    // Figures that are asked for every few seconds may wait for one.
    fetch: { minBytes: 2_097_152, maxWaitTimeInMs: 1_000, maxBytesPerPartition: 2_097_152 },
  });

/** Leaves nothing behind at the broker: its group is of no use to anybody after it. */
class TotalsServer extends KafkaBatchServer {
  constructor(
    options: Options,
    private readonly afterClose: () => Promise<void>,
  ) {
    super({
      ...options,
      resolveTopics: resolving(options.prefix, ['totals']),
      fetch: { minBytes: 262_144, maxWaitTimeInMs: 1_000 },
    });
  }

  override async close(): Promise<void> {
    await super.close();
    await this.afterClose();
  }
}

/** This process writes nothing; what nobody can read is a dead letter of its producer's concern. */
const passOver =
  (logger: Logger): BatchServerOptions['onPoison'] =>
  ({ topic, partition, offset }, error) => {
    logger.warn(
      { topic, partition, offset: String(offset), err: error },
      'a record is passed over',
    );
    return Promise.resolve();
  };

async function boundsOf(kafka: Kafka, topic: string): ReturnType<typeof fetchLogBounds> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await fetchLogBounds(admin, topic);
  } finally {
    await admin.disconnect();
  }
}

async function dropGroup(kafka: Kafka, groupId: string, logger: Logger): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.deleteGroups([groupId]);
  } catch (error) {
    // The broker forgets it by itself after a week.
    logger.debug({ groupId, err: error }, 'the group could not be deleted');
  } finally {
    await admin.disconnect();
  }
}
