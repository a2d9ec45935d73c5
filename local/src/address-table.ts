import { join } from 'node:path';
import { serviceUrl } from './services.js';
import type { Stack } from './stack.js';
import type { StartOptions } from './start-options.js';

/** Where everything is, for people: one table. */
export function addressTable(stack: Stack, options: StartOptions): string {
  const { portBase } = options;
  const rows: [string, string][] = [
    ['Console and API', serviceUrl('api', portBase)],
    ['Gateway', `${serviceUrl('gateway', portBase)}/v1/events`],
    ['Classifier', `${serviceUrl('classifier', portBase)}/metrics`],
    ['Ledger', `${serviceUrl('ledger', portBase)}/metrics`],
    ['Metrics', `${serviceUrl('metrics', portBase)}/metrics`],
    ['PostgreSQL', stack.databaseUrl],
    ['Apache Kafka', stack.kafkaBrokers.join(',')],
    ['Prometheus', stack.prometheusUrl ?? 'not installed (Debian: apt install prometheus)'],
    ['Station tokens', join(stack.dataDir, 'tokens.json')],
    ['Logs', join(stack.dataDir, 'logs')],
  ];
  const left = Math.max(...rows.map(([what]) => what.length));
  const right = Math.max(...rows.map(([, where]) => where.length));
  const rule = `+${'-'.repeat(left + 2)}+${'-'.repeat(right + 2)}+`;
  const lines = rows.map(([what, where]) => `| ${what.padEnd(left)} | ${where.padEnd(right)} |`);
  return ['', rule, ...lines, rule, 'Ctrl-C stops everything.', ''].join('\n');
}
