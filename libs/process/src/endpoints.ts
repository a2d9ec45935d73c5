import type { NestExpressApplication } from '@nestjs/platform-express';
import { collectDefaultMetrics, register as globalRegistry, type Registry } from 'prom-client';
import { MetricsText } from './metrics-text.js';
import { checkReadiness, type ReadinessCheck } from './readiness.js';

/** Where a service is in its life; only `running` can be ready. */
export interface ServicePhase {
  name: 'starting' | 'running' | 'stopping';
}

/**
 * Mounts what every service answers: `/healthz` (the process runs; it never asks a dependency, or
 * an outage of one would restart them all), `/readyz` (200, or 503 with reasons) and `/metrics`.
 */
export function mountEndpoints(
  app: NestExpressApplication,
  phase: ServicePhase,
  checks: () => readonly ReadinessCheck[],
  registry: Registry = globalRegistry,
): void {
  if (registry.getSingleMetric('process_cpu_seconds_total') === undefined) {
    collectDefaultMetrics({ register: registry });
  }
  const metrics = new MetricsText(registry);
  const http = app.getHttpAdapter().getInstance();
  http.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  http.get('/readyz', async (_request, response) => {
    const report = await checkReadiness([lifeCheck(phase), ...checks()]);
    response.status(report.ready ? 200 : 503).json(report);
  });
  http.get('/metrics', async (_request, response) => {
    const text = await metrics.text();
    response.setHeader('content-type', registry.contentType);
    response.end(text);
  });
}

function lifeCheck(phase: ServicePhase): ReadinessCheck {
  return {
    name: 'service',
    check: () =>
      phase.name === 'running' ? { ready: true } : { ready: false, reason: phase.name },
  };
}
