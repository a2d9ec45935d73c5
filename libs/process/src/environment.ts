import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError, secret } from './config.js';
import { LOG_LEVELS } from './logger.js';
import { traceFields } from './tracing.js';

/** Variables that several processes read: one meaning, one default and one remedy each. */

export const logLevelField = {
  LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe(`one of ${LOG_LEVELS.join(', ')}`),
};

/** Where a service listens, how much it says and whom it tells its traces; `port` is its usual one. */
export const listenFields = (
  port: number,
): {
  PORT: z.ZodDefault<z.ZodCoercedNumber>;
  HOST: z.ZodDefault<z.ZodString>;
} & typeof logLevelField &
  typeof traceFields => ({
  PORT: z.coerce.number().int().min(0).max(65_535).default(port).describe('a port number'),
  HOST: z.string().default('0.0.0.0').describe('the address to listen on'),
  ...logLevelField,
  ...traceFields,
});

export const kafkaFields = {
  KAFKA_BROKERS: z
    .string()
    .min(1)
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .describe('host:port of the brokers, separated by commas'),
  TOPIC_PREFIX: z.string().default('urbanmine.').describe('what stands before each topic name'),
  KAFKA_USERNAME: z
    .string()
    .min(1)
    .optional()
    .describe("this process's principal (SCRAM-SHA-512), where the broker asks for one"),
  KAFKA_PASSWORD: secret(z.string().min(1).optional().describe("that principal's password")),
  KAFKA_CA_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('PEM of who certifies the brokers, where they speak TLS'),
};

type KafkaFields = z.output<z.ZodObject<typeof kafkaFields>>;

/** How a client reaches the brokers and shows who it is; for `createKafka`. */
export interface KafkaAccess {
  readonly brokers: readonly string[];
  readonly sasl?: {
    readonly mechanism: 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  readonly ssl?: { readonly ca: string[] };
}

/** Throws a ConfigError when only half of a principal is given or its certificate is unreadable. */
export function kafkaAccess(config: Omit<KafkaFields, 'TOPIC_PREFIX'>): KafkaAccess {
  const { KAFKA_USERNAME: username, KAFKA_PASSWORD: password, KAFKA_CA_FILE: caFile } = config;
  if ((username === undefined) !== (password === undefined)) {
    throw new ConfigError(['KAFKA_USERNAME and KAFKA_PASSWORD go together; set both or none']);
  }
  return {
    brokers: config.KAFKA_BROKERS,
    ...(username === undefined || password === undefined
      ? {}
      : { sasl: { mechanism: 'scram-sha-512', username, password } }),
    ...(caFile === undefined ? {} : { ssl: { ca: [readCertificate(caFile)] } }),
  };
}

function readCertificate(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`KAFKA_CA_FILE="${path}" cannot be read: ${why}`]);
  }
}

export const databaseFields = {
  DATABASE_URL: secret(z.string().min(1).describe('postgresql://user:password@host:port/database')),
};

export const logOriginField = {
  LOG_ORIGIN: z
    .string()
    .regex(/^[^\s+]+$/)
    .default('urbanmine.local/log')
    .describe("what stands before `/<site>` in the name of each site's log, without scheme"),
};
