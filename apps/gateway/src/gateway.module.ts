import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { Registry } from 'prom-client';
import { type Pool, createPool, registerPoolGauges } from '#database';
import type { Transport } from '#kafka';
import type { Logger } from '#process';
import { OpenApiController } from './describe-api/openapi.controller.js';
import { ForwardIngressController } from './forward-ingress/forward-ingress.controller.js';
import { ForwardIngressHandler } from './forward-ingress/forward-ingress.handler.js';
import { type GatewayConfig, registryFile } from './gateway.config.js';
import { GatewayMetrics } from './gateway.metrics.js';
import {
  DATABASE,
  EVENT_SINK,
  LOGGER,
  RECEIVE_OPTIONS,
  REGISTRY_OPTIONS,
  TOPIC_PREFIX,
} from './gateway.tokens.js';
import { ProblemFilter } from './problem.filter.js';
import { InFlight } from './receive-events/in-flight.js';
import { KafkaSink } from './receive-events/kafka-sink.js';
import {
  ReceiveEventsController,
  type ReceiveOptions,
} from './receive-events/receive-events.controller.js';
import { ReceiveEventsHandler } from './receive-events/receive-events.handler.js';
import { RegistryKeeper, type RegistryOptions } from './registry/registry.keeper.js';
import { StationPositionController } from './station-position/station-position.controller.js';

export interface GatewayParts {
  readonly config: GatewayConfig;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly transport: Transport;
}

/** Ends the pool after everything that uses it has stopped. */
@Injectable()
class DatabaseCloser implements OnApplicationShutdown {
  constructor(@Inject(DATABASE) private readonly database: Pool) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.end();
  }
}

/** The composition root: the only file that knows every adapter. */
@Module({})
export class GatewayModule {
  static of({ config, logger, registry, transport }: GatewayParts): DynamicModule {
    const inFlight = new InFlight({
      requests: config.IN_FLIGHT_REQUESTS_MAX,
      bytes: config.IN_FLIGHT_BYTES_MAX,
      requestsOfSource: config.SOURCE_REQUESTS_MAX,
    });
    const registryOptions: RegistryOptions = {
      file: registryFile(config),
      pollMs: config.REGISTRY_POLL_MS,
    };
    const receiveOptions: ReceiveOptions = {
      bodyBytesMax: config.BODY_BYTES_MAX,
      eventsMax: config.EVENTS_MAX,
    };
    const pool = databasePool(config, logger);
    registerPoolGauges(registry, pool);
    const providers: Provider[] = [
      { provide: LOGGER, useValue: logger },
      { provide: DATABASE, useValue: pool },
      { provide: TOPIC_PREFIX, useValue: config.TOPIC_PREFIX },
      { provide: REGISTRY_OPTIONS, useValue: registryOptions },
      { provide: RECEIVE_OPTIONS, useValue: receiveOptions },
      { provide: InFlight, useValue: inFlight },
      { provide: GatewayMetrics, useValue: new GatewayMetrics(registry, inFlight) },
      { provide: KafkaSink, useFactory: () => kafkaSink(config, transport, logger) },
      { provide: EVENT_SINK, useExisting: KafkaSink },
      { provide: APP_FILTER, useClass: ProblemFilter },
      DatabaseCloser,
      RegistryKeeper,
      ReceiveEventsHandler,
      ForwardIngressHandler,
    ];
    return {
      module: GatewayModule,
      controllers: [
        ReceiveEventsController,
        StationPositionController,
        OpenApiController,
        ForwardIngressController,
      ],
      providers,
    };
  }
}

function kafkaSink(config: GatewayConfig, transport: Transport, logger: Logger): KafkaSink {
  return new KafkaSink({
    transport,
    topicPrefix: config.TOPIC_PREFIX,
    logger,
    lingerMs: config.LINGER_MS,
    ackTimeoutMs: config.ACK_TIMEOUT_MS,
    maxQueuedBytes: config.QUEUED_BYTES_MAX,
  });
}

function databasePool(config: GatewayConfig, logger: Logger): Pool {
  return createPool({
    databaseUrl: config.DATABASE_URL,
    applicationName: 'urbanmine-gateway',
    onIdleError: (err) => {
      logger.debug({ err }, 'an idle database connection was lost');
    },
  });
}
