import {
  type Environment,
  type LogLevel,
  databaseFields,
  listenFields,
  loadConfig,
  logOriginField,
} from '#process';
import { z } from 'zod';

/** Environment of the API. */
export const apiEnvironment = z.object({
  ...databaseFields,
  ...listenFields(7105),
  ...logOriginField,
});

export interface ApiConfig {
  readonly databaseUrl: string;
  readonly port: number;
  readonly host: string;
  readonly logLevel: LogLevel;
  readonly logOrigin: string;
}

export function readApiConfig(env: Environment): ApiConfig {
  const config = loadConfig(apiEnvironment, env);
  return {
    databaseUrl: config.DATABASE_URL,
    port: config.PORT,
    host: config.HOST,
    logLevel: config.LOG_LEVEL,
    logOrigin: config.LOG_ORIGIN,
  };
}
