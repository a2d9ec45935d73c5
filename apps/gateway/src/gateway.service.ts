import { register, type Registry } from 'prom-client';
import { createLogger, type Logger, type ServiceOptions } from '#process';
import { type GatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';
import { KafkaSink } from './receive-events/kafka-sink.js';
import { RegistryKeeper } from './registry/registry.keeper.js';

/** The gateway as `runService` wants it. */
export function gatewayService(
  config: GatewayConfig,
  logger: Logger = createLogger('gateway', config.LOG_LEVEL),
  registry: Registry = register,
): ServiceOptions {
  return {
    name: 'gateway',
    module: GatewayModule.of({ config, logger, registry }),
    host: config.HOST,
    port: config.PORT,
    logger,
    registry,
    // Data bytes are kept as they were sent, so bodies arrive as streams.
    bodyParser: false,
    configure: (app) => {
      app.disable('x-powered-by');
      const server = app.getHttpServer();
      // Longer than a station pauses between posts, so that a reused connection is not just closing.
      server.keepAliveTimeout = 75_000;
      server.requestTimeout = 30_000;
    },
    readiness: (app) => [
      { name: 'registry', check: () => app.get(RegistryKeeper).readiness() },
      { name: 'broker', check: () => app.get(KafkaSink).readiness() },
    ],
  };
}
