import { join } from 'node:path';
import type { KafkaPasswords } from './kafka-security.js';
import { PORTS } from './ports.js';
import type { ScrapeTarget } from './prometheus-config.js';
import type { Stack } from './stack.js';
import type { StartOptions } from './start-options.js';

/** One process of ours: `node <entry>` with this environment. */
export interface ServiceSpec {
  name: string;
  entry: string;
  env: Record<string, string>;
  /** Where it serves /healthz, /readyz and /metrics; none for the plant. */
  url?: string;
}

const SERVICES = ['gateway', 'classifier', 'ledger', 'metrics', 'api'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Sources stop before what they feed, so that nothing in flight is cut off. */
export const SERVICE_STOP_ORDER: readonly string[] = ['plant', ...SERVICES];

export function serviceUrl(name: ServiceName, portBase: number): string {
  return `http://127.0.0.1:${portBase + PORTS[name]}`;
}

/** What Prometheus is to ask. */
export function scrapeTargets(portBase: number): ScrapeTarget[] {
  return SERVICES.map((app) => ({
    app,
    address: `127.0.0.1:${portBase + PORTS[app]}`,
  }));
}

/** What runs on top of the stack. Environment names are a contract with the apps. */
export function planServices(
  root: string,
  options: StartOptions,
  stack: Pick<Stack, 'databaseUrl' | 'kafkaBrokers' | 'kafkaPasswords' | 'dataDir' | 'portBase'>,
): ServiceSpec[] {
  const { dataDir, portBase } = stack;
  const environment = {
    DATABASE_URL: stack.databaseUrl,
    KAFKA_BROKERS: stack.kafkaBrokers.join(','),
    TOPIC_PREFIX: process.env.TOPIC_PREFIX ?? 'urbanmine.',
    HOST: '127.0.0.1',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
    LOG_ORIGIN: process.env.LOG_ORIGIN ?? 'urbanmine.local/log',
    GATEWAY_URL: serviceUrl('gateway', portBase),
    API_URL: serviceUrl('api', portBase),
    LEDGER_URL: serviceUrl('ledger', portBase),
    METRICS_URL: serviceUrl('metrics', portBase),
    TOKENS_FILE: join(dataDir, 'tokens.json'),
    KEYS_DIR: join(dataDir, 'keys'),
    SIGNER_KEY_FILE: join(dataDir, 'keys', 'log-key.json'),
  };
  const entry = (app: string): string => join(root, 'dist', 'apps', app, 'src', 'main.js');
  const services: ServiceSpec[] = SERVICES.map((name) => ({
    name,
    entry: entry(name),
    url: serviceUrl(name, portBase),
    env: {
      ...environment,
      ...kafkaPrincipal(name, stack.kafkaPasswords),
      PORT: String(portBase + PORTS[name]),
      DATA_DIR: join(dataDir, name),
    },
  }));
  if (options.plant) {
    const plant = {
      DATA_DIR: join(dataDir, 'plant'),
      PLANT_RATE: String(options.rate),
      PLANT_SITES: String(options.sites),
      PLANT_STREAMS: options.streams.join(','),
      PLANT_SEED: process.env.PLANT_SEED ?? '1',
    };
    services.push({ name: 'plant', entry: entry('plant'), env: { ...environment, ...plant } });
  }
  return services;
}

/** Who a process is at a secured broker; nothing for those that do not speak to it. */
export function kafkaPrincipal(
  name: string,
  passwords: KafkaPasswords | undefined,
): Record<string, string> {
  const password = (passwords as Readonly<Record<string, string>> | undefined)?.[name];
  return password === undefined ? {} : { KAFKA_USERNAME: name, KAFKA_PASSWORD: password };
}
