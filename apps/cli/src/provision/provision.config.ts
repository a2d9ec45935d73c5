import { type Environment, databaseFields, kafkaFields, loadConfig } from '#process';
import { z } from 'zod';

const replicas = z.coerce.number().int().min(1).max(32).default(1);

/** Environment of `urbanmine provision`. */
export const provisionEnvironment = z.object({
  ...databaseFields,
  ...kafkaFields,
  KAFKA_REPLICATION_FACTOR: replicas.describe('brokers that keep each new topic'),
  KAFKA_MIN_INSYNC_REPLICAS: replicas.describe('of these, the ones that must have a record'),
});

export type ProvisionConfig = Readonly<z.output<typeof provisionEnvironment>>;

export const readProvisionConfig = (environment: Environment): ProvisionConfig =>
  loadConfig(provisionEnvironment, environment);
