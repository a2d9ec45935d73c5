import type { KafkaPasswords } from './kafka-security.js';
import { kafkaPrincipal } from './services.js';
import { urbanmine } from './urbanmine.js';

export interface ProvisionTarget {
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  /** Of a secured broker: its administrator lets our own principals in. */
  readonly kafkaPasswords?: KafkaPasswords | undefined;
}

/** Topics and database schema, by the command that containers run too; says what it did. */
export async function provision(root: string, target: ProvisionTarget): Promise<string> {
  const secured = target.kafkaPasswords !== undefined;
  const output = await urbanmine(root, ['provision', '--json', ...(secured ? ['--acls'] : [])], {
    DATABASE_URL: target.databaseUrl,
    KAFKA_BROKERS: target.brokers.join(','),
    TOPIC_PREFIX: target.topicPrefix,
    ...kafkaPrincipal('admin', target.kafkaPasswords),
  });
  const { created, differences } = JSON.parse(output) as Record<
    'created' | 'differences',
    string[]
  >;
  return [`${created.length} topics made`, ...differences, 'schema up to date'].join('; ');
}

export interface EnrolTarget {
  readonly databaseUrl: string;
  readonly gatewayUrl: string;
  readonly dataDir: string;
  readonly sites: number;
}

/** Enrols the plant's sites with keys and tokens made once; safe to run again. */
export async function enrolPlantSites(root: string, target: EnrolTarget): Promise<string> {
  const output = await urbanmine(
    root,
    [
      ...['station', 'enrol-models', '--sites', String(target.sites), '--data', target.dataDir],
      ...['--gateway', target.gatewayUrl, '--json'],
    ],
    { DATABASE_URL: target.databaseUrl },
  );
  const reports = JSON.parse(output) as { readonly siteId: string }[];
  return reports.map(({ siteId }) => siteId).join(', ');
}
