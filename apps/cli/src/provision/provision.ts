import { setTimeout as sleep } from 'node:timers/promises';
import { RetriableError } from '#contracts';
import { databaseFailure, migrate } from '#database';
import {
  type KafkaLogger,
  type TopicReport,
  allowServices,
  createKafka,
  createTopics,
} from '#kafka';
import { kafkaAccess } from '#process';
import { CommandError, EXIT } from '../command-error.js';
import type { ProvisionConfig } from './provision.config.js';

const PAUSE_MS = 500;

/** Topics and schema as this version wants them. Safe to run again, and at the same time elsewhere. */
export async function provision(
  config: ProvisionConfig,
  logger: KafkaLogger,
  { timeoutMs, acls }: { readonly timeoutMs: number; readonly acls: boolean },
): Promise<TopicReport> {
  const deadline = Date.now() + timeoutMs;
  const [report] = await Promise.all([
    inTime(
      prepareKafka(config, logger, acls),
      timeoutMs,
      `Kafka at ${config.KAFKA_BROKERS.join(', ')}`,
    ),
    migrateBy(config.DATABASE_URL, deadline),
  ]);
  return report;
}

async function prepareKafka(
  config: ProvisionConfig,
  logger: KafkaLogger,
  acls: boolean,
): Promise<TopicReport> {
  const kafka = createKafka({
    ...kafkaAccess(config),
    clientId: 'urbanmine-provision',
    logger,
  });
  const report = await createTopics(kafka, config.TOPIC_PREFIX, {
    replicationFactor: config.KAFKA_REPLICATION_FACTOR,
    minInsyncReplicas: config.KAFKA_MIN_INSYNC_REPLICAS,
  });
  if (acls) await allowServices(kafka, config.TOPIC_PREFIX);
  return report;
}

/** The Kafka client itself goes on trying for a quarter of an hour. */
async function inTime<T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  const cancel = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: cancel.signal, ref: false }).then(() => {
    throw new CommandError(EXIT.unreachable, `${what} did not answer in time; run it again`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel.abort();
    late.catch(() => undefined);
  }
}

async function migrateBy(databaseUrl: string, deadline: number): Promise<void> {
  for (;;) {
    try {
      await migrate(databaseUrl);
      return;
    } catch (error) {
      const failure = databaseFailure(error);
      if (!(failure instanceof RetriableError)) throw error;
      if (Date.now() > deadline) {
        throw new CommandError(EXIT.unreachable, `${failure.message}; run it again`, {
          cause: error,
        });
      }
      await sleep(PAUSE_MS);
    }
  }
}
