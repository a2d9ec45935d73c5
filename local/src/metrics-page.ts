import { format } from 'prettier';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { ApiMetrics } from '../../apps/api/src/api.metrics.js';
import { registerLotGauges, registerPrices } from '../../apps/api/src/lot-gauges.js';
import { registerSiteGauges } from '../../apps/api/src/site-gauges.js';
import { classifierMetrics } from '../../apps/classifier/src/classifier.metrics.js';
import { GatewayMetrics } from '../../apps/gateway/src/gateway.metrics.js';
import { InFlight } from '../../apps/gateway/src/receive-events/in-flight.js';
import { LedgerMetrics, registerDiskGauges } from '../../apps/ledger/src/ledger.metrics.js';
import { InvariantMetrics } from '../../apps/ledger/src/check-invariants/invariants.metrics.js';
import { NotifyMetrics } from '../../apps/ledger/src/notify-peers/notify.metrics.js';
import { PipelineMetrics } from '../../apps/metrics/src/metrics.metrics.js';
import { NewestTotals } from '../../apps/metrics/src/totals/newest-totals.js';
import { registerPoolGauges } from '#database';
import { batchMetrics } from '#kafka';
import { EXAMPLE_PRICES } from '#materials';
import { createLogger } from '#process';

const HEAD = `# Metrics

Every metric of every process, made from the code by \`npm run generate\`. Each service answers at
\`/metrics\`. Base units: masses in grams, times in seconds, ratios from 0 to 1. Labels are closed
sets; ids of lots, runs and events are never labels. Business totals (\`urbanmine_pieces_total\`,
\`urbanmine_mass_*\`) and what is read from the database are the same in every replica: take
\`max by\`. All else is a process's own share: take \`sum by\`.
`;

/** Defines an app's metrics in a registry, as the app does; nothing is ever collected from it. */
const APPS: Readonly<Record<string, (registry: Registry) => void>> = {
  gateway: (registry) => {
    new GatewayMetrics(registry, new InFlight({ requests: 1, bytes: 1, requestsOfSource: 1 }));
  },
  classifier: (registry) => {
    classifierMetrics(registry);
  },
  ledger: (registry) => {
    new LedgerMetrics(registry);
    new NotifyMetrics(registry);
    new InvariantMetrics(registry);
    registerDiskGauges(registry, '.');
  },
  metrics: (registry) => {
    new PipelineMetrics(registry, new NewestTotals());
  },
  api: (registry) => {
    new ApiMetrics(registry);
    const none = (): Promise<never[]> => Promise.resolve([]);
    const figures = {
      ...{ sites: none, stations: none, scales: none, sensors: none, lines: none },
      databaseBytes: () => Promise.resolve(0),
    };
    const silent = createLogger('page', 'silent');
    registerSiteGauges(registry, figures, silent);
    registerLotGauges(registry, () => Promise.resolve({ figures: [], metals: [] }), silent);
    registerPrices(registry, EXAMPLE_PRICES);
  },
  'every consumer of topics (classifier, ledger, metrics)': (registry) => {
    batchMetrics(registry);
  },
  'every service with a pool of its own (gateway, ledger, api)': (registry) => {
    registerPoolGauges(registry, { totalCount: 0, idleCount: 0, waitingCount: 0 });
  },
  'every service': (registry) => {
    collectDefaultMetrics({ register: registry });
  },
};

/** Label values as a reader would meet them; a label without one is not documented. */
const EXAMPLES: Readonly<Record<string, string>> = {
  analyte: 'Cu',
  book: 'W',
  class: 'carbon-steel',
  code: 'unknown-lot',
  currency: 'USD',
  direction: 'high',
  flag: 'implausible',
  kind: 'sensor-sorter',
  line: 'line-1',
  major: '24',
  minor: '21',
  outcome: 'accepted',
  outlet: '0',
  partition: '0',
  patch: '0',
  price_book: 'prices-example@1 of 2025-10-01',
  reason: 'data-invalid',
  result: 'verified',
  route: '/v1/lots',
  scale: 'belt-1',
  site: 'north',
  invariant: 'I3',
  space: 'old',
  station: 'sorter-1',
  status: '202',
  stream: 'steel',
  topic: 'urbanmine.classified-events.v1',
  type: 'Timeout',
  verdict: 'accepted',
  version: 'v24.21.0',
};

/** What prom-client keeps of a metric beside what its types tell. */
interface Described {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

function metricsOf(define: (registry: Registry) => void): readonly Described[] {
  const registry = new Registry();
  define(registry);
  return registry.getMetricsAsArray() as unknown as readonly Described[];
}

/** Names of all metrics that any of our processes defines. */
export const definedMetrics = (): string[] =>
  Object.values(APPS)
    .flatMap(metricsOf)
    .map(({ name }) => name);

/** The text of `docs/metrics.md`. Throws when a label has no example. */
export function metricsPage(): Promise<string> {
  const parts = Object.entries(APPS).map(
    ([app, define]) => `## ${app}\n\n${HEADER}${metricsOf(define).map(row).join('')}`,
  );
  return format([HEAD, ...parts].join('\n'), { parser: 'markdown' });
}

const HEADER = `| name | type | unit | labels | meaning | example |
| --- | --- | --- | --- | --- | --- |
`;

function row({ name, help, type, labelNames }: Described): string {
  const labels = labelNames.map((label) => {
    const value = EXAMPLES[label];
    if (value === undefined) throw new Error(`label "${label}" of ${name} has no example`);
    return `${label}="${value}"`;
  });
  const series = type === 'histogram' ? `${name}_count` : name;
  const example = labels.length === 0 ? series : `${series}{${labels.join(',')}}`;
  const cells = [name, type, unitOf(name), labelNames.join(', '), help, `\`${example}\``];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}

const UNITS = ['seconds', 'grams', 'bytes', 'ratio', 'entries', 'records', 'pieces'];

/** The unit that a name ends in, `_total` aside; a count of things has none. */
const unitOf = (name: string): string =>
  UNITS.find((unit) => name.replace(/_total$/, '').endsWith(`_${unit}`)) ?? '';
