import {
  ConfigError,
  type Environment,
  type LogLevel,
  type TraceTarget,
  databaseFields,
  listenFields,
  loadConfig,
  logOriginField,
  traceTarget,
} from '#process';
import type { PriceBook } from '#materials';
import { z } from 'zod';
import { readPriceBook } from './price-book.js';

/** Environment of the API. */
export const apiEnvironment = z.object({
  ...databaseFields,
  ...listenFields(7105),
  ...logOriginField,
  GATEWAY_URL: z
    .url()
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe('the address of the gateway, for the office desk; not set: the desk is closed'),
  TOKENS_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('the JSON file of bearer tokens by source, for the office desk'),
  KEYS_DIR: z
    .string()
    .min(1)
    .optional()
    .describe('the folder of <source>.pem, Ed25519, for the office desk'),
  DATABASE_QUOTA_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('what the database may grow to, of its disk or plan; not set: nobody is warned'),
  DATA_DIR: z.string().min(1).optional().describe('a folder for the spools of the office desk'),
  PRICE_BOOK_FILE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'the JSON file of a book of prices (docs/truth.md); not set: the illustrative one, which is nobody’s',
    ),
  ACTORS_FILE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'the JSON file of people at the desk, {"<pseudonym>": "<SHA-256 of the bearer token, hex>"}; ' +
        'not set: only this machine may enter, under the pseudonym of the header `actor`',
    ),
});

export interface ApiConfig {
  readonly databaseUrl: string;
  readonly port: number;
  readonly host: string;
  readonly logLevel: LogLevel;
  /** Undefined: nothing is traced. */
  readonly traces: TraceTarget | undefined;
  readonly logOrigin: string;
  /** Undefined: nobody has said how large the database may grow. */
  readonly databaseQuotaBytes: number | undefined;
  /** What grades and metals cost here. */
  readonly prices: PriceBook;
  /** Undefined: nobody can enter anything here. */
  readonly office: OfficeConfig | undefined;
}

/** What the office desk needs. */
export interface OfficeConfig {
  readonly gatewayUrl: string;
  readonly tokensFile: string;
  readonly keysDir: string;
  readonly dataDir: string;
  readonly actorsFile: string | undefined;
}

export function readApiConfig(env: Environment): ApiConfig {
  const config = loadConfig(apiEnvironment, env);
  return {
    databaseUrl: config.DATABASE_URL,
    port: config.PORT,
    host: config.HOST,
    logLevel: config.LOG_LEVEL,
    traces: traceTarget(config),
    logOrigin: config.LOG_ORIGIN,
    databaseQuotaBytes: config.DATABASE_QUOTA_BYTES,
    prices: readPriceBook(config.PRICE_BOOK_FILE),
    office: officeConfig(config),
  };
}

/** All four or none: half a desk is a mistake. */
function officeConfig(config: z.output<typeof apiEnvironment>): OfficeConfig | undefined {
  const { GATEWAY_URL: gatewayUrl, TOKENS_FILE: tokensFile } = config;
  const { KEYS_DIR: keysDir, DATA_DIR: dataDir, ACTORS_FILE: actorsFile } = config;
  if (gatewayUrl === undefined && tokensFile === undefined && keysDir === undefined) {
    return undefined;
  }
  const given = {
    GATEWAY_URL: gatewayUrl,
    TOKENS_FILE: tokensFile,
    KEYS_DIR: keysDir,
    DATA_DIR: dataDir,
  };
  if (
    gatewayUrl === undefined ||
    tokensFile === undefined ||
    keysDir === undefined ||
    dataDir === undefined
  ) {
    const missing = Object.entries(given).filter(([, value]) => value === undefined);
    throw new ConfigError(
      missing.map(([name]) => `${name} is not set, which the office desk needs beside the others`),
    );
  }
  return { gatewayUrl, tokensFile, keysDir, dataDir, actorsFile };
}
