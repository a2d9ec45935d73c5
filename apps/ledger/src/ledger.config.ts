import { join } from 'node:path';
import { type Environment, LOG_LEVELS, loadConfig, secret } from '#process';
import { z } from 'zod';

const schema = z.object({
  DATABASE_URL: secret(z.string().min(1)).describe('postgres://user:password@host:port/database'),
  KAFKA_BROKERS: z
    .string()
    .min(1)
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .describe('host:port, several separated by commas'),
  TOPIC_PREFIX: z.string().default('urbanmine.').describe('what stands before each topic name'),
  KAFKA_GROUP: z
    .string()
    .min(1)
    .optional()
    .describe('the consumer group; default <TOPIC_PREFIX>ledger'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(7103).describe('a port number'),
  HOST: z.string().default('0.0.0.0').describe('the address to listen on'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe(`one of ${LOG_LEVELS.join(', ')}`),
  LOG_ORIGIN: z
    .string()
    .regex(/^[^\s+]+$/)
    .default('urbanmine.local/log')
    .describe("what stands before `/<site>` in the name of each site's log, without scheme"),
  DATA_DIR: z.string().min(1).describe('a folder that survives restarts: guard and keys'),
  SIGNER_KEY_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('the file of the signing keys; default <DATA_DIR>/log-key.json'),
});

export interface LedgerConfig {
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  readonly groupId: string;
  readonly port: number;
  readonly host: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly logOrigin: string;
  readonly dataDir: string;
  readonly signerKeyFile: string;
}

export function readLedgerConfig(env: Environment): LedgerConfig {
  const config = loadConfig(schema, env);
  return {
    databaseUrl: config.DATABASE_URL,
    brokers: config.KAFKA_BROKERS,
    topicPrefix: config.TOPIC_PREFIX,
    groupId: config.KAFKA_GROUP ?? `${config.TOPIC_PREFIX}ledger`,
    port: config.PORT,
    host: config.HOST,
    logLevel: config.LOG_LEVEL,
    logOrigin: config.LOG_ORIGIN,
    dataDir: config.DATA_DIR,
    signerKeyFile: config.SIGNER_KEY_FILE ?? join(config.DATA_DIR, 'log-key.json'),
  };
}
