import { register, type Registry } from 'prom-client';
import { createKafka, kafkajsTransport } from '#kafka';
import {
  createLogger,
  kafkaAccess,
  type Logger,
  openTracing,
  type ServiceOptions,
  traceTarget,
} from '#process';
import { ForwardIngressHandler } from './forward-ingress/forward-ingress.handler.js';
import { type GatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';
import { KafkaSink } from './receive-events/kafka-sink.js';
import { RegistryKeeper } from './registry/registry.keeper.js';

/** Topics of stations that are forwarded side by side: their requests to the broker are shared. */
const FORWARDED_AT_ONCE = 8;

/** The gateway as `runService` wants it. */
export function gatewayService(
  config: GatewayConfig,
  logger: Logger = createLogger('gateway', config.LOG_LEVEL),
  registry: Registry = register,
): ServiceOptions {
  const access = kafkaAccess(config);
  const transport = kafkajsTransport(
    createKafka({ ...access, clientId: 'urbanmine-gateway', logger }),
  );
  const tracing = openTracing(traceTarget(config), 'gateway', logger);
  return {
    name: 'gateway',
    module: GatewayModule.of({ config, logger, registry, transport }),
    host: config.HOST,
    port: config.PORT,
    logger,
    registry,
    tracing,
    // Data bytes are kept as they were sent, so bodies arrive as streams.
    bodyParser: false,
    configure: (app) => {
      app.disable('x-powered-by');
      const server = app.getHttpServer();
      // Longer than a station pauses between posts, so that a reused connection is not just closing.
      server.keepAliveTimeout = 75_000;
      server.requestTimeout = 30_000;
    },
    // Its topics are not part of readiness: one station's garbage must not shut the door to others.
    transports: (app, onFatal) => [
      transport.createRoamingConsumer({
        groupId: `${config.TOPIC_PREFIX}gateway`,
        prefix: config.TOPIC_PREFIX,
        logger,
        registry,
        tracer: tracing?.tracer,
        onFatal,
        onPoison: (record, error) => app.get(ForwardIngressHandler).reject(record, error),
        findTopics: () => app.get(ForwardIngressHandler).findTopics(),
        everyMs: config.INGRESS_POLL_MS,
        partitionsConsumedConcurrently: FORWARDED_AT_ONCE,
        fetch: { maxBytesPerPartition: 524_288 },
      }),
    ],
    readiness: (app) => [
      { name: 'registry', check: () => app.get(RegistryKeeper).readiness() },
      { name: 'broker', check: () => app.get(KafkaSink).readiness() },
    ],
  };
}
