import { type Environment, LOG_LEVELS, loadConfig, secret } from '#process';
import { z } from 'zod';

const schema = z.object({
  DATABASE_URL: secret(z.string().min(1)).describe('postgres://user:password@host:port/database'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(7105).describe('a port number'),
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
});

export interface ApiConfig {
  readonly databaseUrl: string;
  readonly port: number;
  readonly host: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly logOrigin: string;
}

export function readApiConfig(env: Environment): ApiConfig {
  const config = loadConfig(schema, env);
  return {
    databaseUrl: config.DATABASE_URL,
    port: config.PORT,
    host: config.HOST,
    logLevel: config.LOG_LEVEL,
    logOrigin: config.LOG_ORIGIN,
  };
}
