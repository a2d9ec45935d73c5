import { type Environment, LOG_LEVELS, loadConfig } from '#process';
import { z } from 'zod';

const schema = z.object({
  KAFKA_BROKERS: z
    .string()
    .min(1)
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .describe('host:port, several separated by commas'),
  TOPIC_PREFIX: z.string().default('urbanmine.').describe('what stands before each topic name'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(7104).describe('a port number'),
  HOST: z.string().default('0.0.0.0').describe('the address to listen on'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe(`one of ${LOG_LEVELS.join(', ')}`),
});

export interface MetricsConfig {
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  readonly port: number;
  readonly host: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

export function readMetricsConfig(env: Environment): MetricsConfig {
  const config = loadConfig(schema, env);
  return {
    brokers: config.KAFKA_BROKERS,
    topicPrefix: config.TOPIC_PREFIX,
    port: config.PORT,
    host: config.HOST,
    logLevel: config.LOG_LEVEL,
  };
}
