import type { NestExpressApplication } from '@nestjs/platform-express';
import { type ReadinessCheck, type ServiceOptions, openTracing } from '#process';
import type { NextFunction, Request, Response } from 'express';
import { DataSource } from 'typeorm';
import { ApiMetrics } from './api.metrics.js';
import { ApiModule, type ApiParts } from './api.module.js';

/** The service as `runService` and a test start it. */
export const apiService = (parts: ApiParts): ServiceOptions => ({
  name: 'api',
  module: ApiModule.of(parts),
  port: parts.config.port,
  host: parts.config.host,
  logger: parts.logger,
  registry: parts.registry,
  tracing: openTracing(parts.config.traces, 'api', parts.logger),
  // The office alone reads a body, and reads it itself.
  bodyParser: false,
  configure: (app) => {
    app.disable('x-powered-by');
    app.use(observe(app));
  },
  readiness: (app) => [databaseCheck(app)],
});

/** Ready when the tables can be read: before the migration there is nothing to serve. */
const databaseCheck = (app: NestExpressApplication): ReadinessCheck => ({
  name: 'database',
  check: async () => {
    await app.get(DataSource).query('SELECT 1 FROM site LIMIT 1');
    return { ready: true };
  },
});

const PLAIN_PATHS = new Set(['/metrics', '/healthz', '/readyz']);

/** Counts and times requests by route; answers of `/v1` are about this moment, so nobody keeps them. */
function observe(app: NestExpressApplication) {
  let metrics: ApiMetrics | undefined;
  return (request: Request, response: Response, next: NextFunction): void => {
    if (PLAIN_PATHS.has(request.path)) {
      next();
      return;
    }
    if (request.path.startsWith('/v1/')) response.setHeader('cache-control', 'no-store');
    metrics ??= app.get<ApiMetrics>(ApiMetrics);
    const { requests, seconds } = metrics;
    const begin = performance.now();
    response.on('finish', () => {
      // Of what was matched, not of what was asked for: the set of values is closed.
      const route = (request.route as { path?: string } | undefined)?.path ?? 'none';
      requests.inc({ route, code: String(response.statusCode) });
      if (route !== '/v1/stream') seconds.observe({ route }, (performance.now() - begin) / 1000);
    });
    next();
  };
}
