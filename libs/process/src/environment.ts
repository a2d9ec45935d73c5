import { z } from 'zod';
import { secret } from './config.js';
import { LOG_LEVELS } from './logger.js';

/** Variables that several processes read: one meaning, one default and one remedy each. */

export const logLevelField = {
  LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe(`one of ${LOG_LEVELS.join(', ')}`),
};

/** Where a service listens and how much it says; `port` is its usual one. */
export const listenFields = (
  port: number,
): {
  PORT: z.ZodDefault<z.ZodCoercedNumber>;
  HOST: z.ZodDefault<z.ZodString>;
} & typeof logLevelField => ({
  PORT: z.coerce.number().int().min(0).max(65_535).default(port).describe('a port number'),
  HOST: z.string().default('0.0.0.0').describe('the address to listen on'),
  ...logLevelField,
});

export const kafkaFields = {
  KAFKA_BROKERS: z
    .string()
    .min(1)
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .describe('host:port of the brokers, separated by commas'),
  TOPIC_PREFIX: z.string().default('urbanmine.').describe('what stands before each topic name'),
};

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
