import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { SiteFigures } from './sites/figures.store.js';
import type { Logger } from '#process';

const SITE = ['site'] as const;

/**
 * What this process does, and where each site's log stands in the database at the moment of the
 * scrape. Every replica tells the same of a site: take `max by (site)`.
 */
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

/** Gauges that are asked for at each scrape; absent while the database is away. */
export function registerSiteGauges(
  registry: Registry,
  read: () => Promise<SiteFigures[]>,
  logger: Logger,
): void {
  const figures = onceAScrape(read, logger);
  const registers = [registry];
  const gauge = (
    name: string,
    help: string,
    valueOf: (figures: SiteFigures) => number | null,
  ): void => {
    new Gauge({
      name,
      help,
      labelNames: SITE,
      registers,
      async collect() {
        const rows = await figures();
        this.reset();
        for (const row of rows) {
          const value = valueOf(row);
          if (value !== null) this.set({ site: row.siteId }, value);
        }
      },
    });
  };
  gauge('urbanmine_log_size_entries', 'Entries in the log', (row) => row.treeSize);
  gauge(
    'urbanmine_log_commit_timestamp_seconds',
    'Unix time of the last commit to the log',
    (row) => row.committedAt,
  );
  gauge(
    'urbanmine_checkpoint_size_entries',
    'Entries that the newest checkpoint covers',
    (row) => row.checkpointSize,
  );
  gauge(
    'urbanmine_checkpoint_timestamp_seconds',
    'Unix time of the newest checkpoint',
    (row) => row.checkpointAt,
  );
  gauge('urbanmine_exceptions_open', 'Exceptions not closed', (row) => row.exceptionsOpen);
}

/** Gauges of one scrape share one query. */
function onceAScrape(
  read: () => Promise<SiteFigures[]>,
  logger: Logger,
): () => Promise<SiteFigures[]> {
  let running: Promise<SiteFigures[]> | undefined;
  return () => {
    running ??= read()
      .catch((error: unknown): SiteFigures[] => {
        logger.warn({ err: error }, 'the figures of the sites could not be read');
        return [];
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
}
