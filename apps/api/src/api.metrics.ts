import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What this process does. What it reads of sites and stations is in `site-gauges.ts`. */
export class ApiMetrics {
  readonly requests: Counter<'route' | 'code'>;
  readonly seconds: Histogram<'route'>;
  readonly streams: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.requests = new Counter({
      name: 'urbanmine_api_requests_total',
      help: 'Requests answered, by route and status code',
      labelNames: ['route', 'code'],
      registers,
    });
    this.seconds = new Histogram({
      name: 'urbanmine_api_request_seconds',
      help: 'Time from a request to the end of its answer; streams left out',
      labelNames: ['route'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    });
    this.streams = new Gauge({
      name: 'urbanmine_api_streams',
      help: 'Open server-sent event streams',
      registers,
    });
  }
}
