import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { InvariantError } from '#contracts';
import type { Registry } from 'prom-client';
import { mountEndpoints, type ServicePhase } from './endpoints.js';
import { type Logger, nestLogger } from './logger.js';
import type { ReadinessCheck } from './readiness.js';
import { traceRequests } from './trace-requests.js';
import type { Tracing } from './tracing.js';

/** Between two looks for idle connections while a service stops. */
const CLOSE_IDLE_MS = 50;

export interface ServiceOptions {
  readonly name: string;
  readonly module: Type | DynamicModule;
  readonly port: number;
  /** Address to listen on; default all. */
  readonly host?: string;
  readonly logger: Logger;
  /** false: requests arrive as raw streams (the gateway keeps the bytes as sent). Default true. */
  readonly bodyParser?: boolean;
  /** Default: prom-client's global registry. */
  readonly registry?: Registry;
  /** Every request but those about the process gets a span, and what is left is sent at the end. */
  readonly tracing?: Tracing | undefined;
  /** Called before the routes are mounted: middleware, body limits, static files. */
  readonly configure?: (app: NestExpressApplication) => void | Promise<void>;
  /** Consumers. They start after HTTP listens and stop first. */
  readonly transports?: (
    app: NestExpressApplication,
    onFatal: (error: unknown) => void,
  ) => readonly CustomTransportStrategy[];
  readonly readiness?: (app: NestExpressApplication) => readonly ReadinessCheck[];
  /** How long a shutdown may take before the process exits with 1. Default 20 s. */
  readonly shutdownDeadlineMs?: number;
}

export interface RunningService {
  readonly app: NestExpressApplication;
  /** The port in use; differs from the asked one when that was 0. */
  readonly port: number;
  /**
   * Stops in this order: not ready, transports (stop fetching, finish the batch, commit, leave the
   * group), HTTP, then the modules. Close pools and producers in `onApplicationShutdown`: Nest runs
   * `onModuleDestroy` while requests are still being answered. Safe to call twice.
   */
  stop(): Promise<void>;
}

/** sysexits(3) EX_SOFTWARE: an invariant is broken; a restart alone will not heal it. */
export const EXIT_INVARIANT = 70;

export function exitCodeOf(error: unknown): number {
  return error instanceof InvariantError ? EXIT_INVARIANT : 1;
}

/** Starts a service inside this process without touching signals or exit codes (tests do). */
export async function startService(
  options: ServiceOptions,
  onFatal: (error: unknown) => void,
): Promise<RunningService> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest documents its options as a literal
  const app = await NestFactory.create<NestExpressApplication>(options.module, {
    logger: nestLogger(options.logger),
    bodyParser: options.bodyParser ?? true,
    abortOnError: false,
  });
  const phase: ServicePhase = { name: 'starting' };
  try {
    if (options.tracing !== undefined) app.use(traceRequests(options.tracing.tracer));
    await options.configure?.(app);
    const checks = (): readonly ReadinessCheck[] => options.readiness?.(app) ?? [];
    mountEndpoints(app, phase, checks, options.registry);
    const transports = options.transports?.(app, onFatal) ?? [];
    for (const strategy of transports) app.connectMicroservice({ strategy });
    await app.listen(options.port, options.host ?? '0.0.0.0');
    await app.startAllMicroservices();
    phase.name = 'running';
    let stopped: Promise<void> | undefined;
    return {
      app,
      port: (app.getHttpServer().address() as { port: number }).port,
      stop: () =>
        (stopped ??= stopService(app, phase, transports).finally(() => options.tracing?.close())),
    };
  } catch (error) {
    await app.close().catch((failure: unknown) => {
      options.logger.warn({ err: failure }, 'closing after a failed start failed too');
    });
    throw error;
  }
}

async function stopService(
  app: NestExpressApplication,
  phase: ServicePhase,
  transports: readonly CustomTransportStrategy[],
): Promise<void> {
  phase.name = 'stopping';
  await Promise.all(transports.map((transport) => transport.close() as Promise<void>));
  // A connection whose last answer is given while we stop would be waited for until it is idle long
  // enough.
  const closing = setInterval(() => {
    app.getHttpServer().closeIdleConnections();
  }, CLOSE_IDLE_MS);
  try {
    await app.close();
  } finally {
    clearInterval(closing);
  }
}

/**
 * Runs a service for the life of the process. SIGTERM and SIGINT stop it gracefully (exit code 0,
 * or 1 when the deadline passes); an InvariantError ends it at once with 70, any other uncaught
 * error with 1. A second signal ends it at once.
 */
export async function runService(options: ServiceOptions): Promise<void> {
  const { logger } = options;
  const die = (error: unknown): void => {
    logger.fatal({ err: error }, 'stopping on an error that cannot be handled');
    process.exit(exitCodeOf(error));
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  const starting = startService(options, die);
  let signalled = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (signalled) process.exit(1);
    signalled = true;
    logger.info({ signal }, 'stopping');
    void exitGracefully(starting, options);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  try {
    const { port } = await starting;
    logger.info({ port }, 'started');
  } catch (error) {
    die(error);
  }
}

async function exitGracefully(
  starting: Promise<RunningService>,
  { logger, shutdownDeadlineMs = 20_000 }: ServiceOptions,
): Promise<void> {
  const started = await Promise.race([
    starting.then(
      () => true,
      () => false,
    ),
    startGrace(),
  ]);
  // Still waiting for a dependency: there is no work under way that would have to be finished.
  if (!started) process.exit(0);
  setTimeout(() => {
    logger.error({ shutdownDeadlineMs }, 'the shutdown took too long');
    process.exit(1);
  }, shutdownDeadlineMs).unref();
  try {
    const service = await starting;
    // Streams that never end (server-sent events) must not hold the shutdown up.
    setTimeout(() => {
      service.app.getHttpServer().closeAllConnections();
    }, shutdownDeadlineMs / 2).unref();
    await service.stop();
    logger.info('stopped');
    process.exit(0);
  } catch (error) {
    logger.error({ err: error }, 'the shutdown failed');
    process.exit(1);
  }
}

/** How long a start may still need when the signal comes; resolves with false. */
function startGrace(): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1000, false);
  });
}
