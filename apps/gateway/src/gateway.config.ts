import { join } from 'node:path';
import { z } from 'zod';
import { type Environment, LOG_LEVELS, loadConfig, secret } from '#process';

const whole = (fallback: number, min = 1): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce.number().int().min(min).default(fallback);

/** Environment of the gateway; `.describe` is the remedy that an error message names. */
const gatewayEnvironment = z.object({
  HOST: z.string().default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(7_101),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  DATABASE_URL: secret(z.string().min(1)).describe('postgresql://user:password@host:port/database'),
  KAFKA_BROKERS: z.string().min(1).describe('host:port of the brokers, separated by commas'),
  TOPIC_PREFIX: z.string().default('urbanmine.'),
  DATA_DIR: z.string().min(1).describe('a folder in which the registry is kept'),
  BODY_BYTES_MAX: whole(1_048_576).describe('bytes of one request, inflated'),
  EVENTS_MAX: whole(1_000).describe('events of one request'),
  IN_FLIGHT_BYTES_MAX: whole(64_000_000).describe('bytes of all requests being answered'),
  IN_FLIGHT_REQUESTS_MAX: whole(512).describe('requests being answered'),
  SOURCE_REQUESTS_MAX: whole(16).describe('requests of one source, answered one by one'),
  QUEUED_BYTES_MAX: whole(32_000_000).describe('bytes that wait for the broker'),
  LINGER_MS: whole(5, 0).describe('milliseconds that a record waits for company'),
  ACK_TIMEOUT_MS: whole(10_000).describe('milliseconds until a request gives up on the broker'),
  REGISTRY_POLL_MS: whole(250).describe('milliseconds between looks at the registry'),
});

export type GatewayConfig = Readonly<z.output<typeof gatewayEnvironment>>;

export const loadGatewayConfig = (environment: Environment): GatewayConfig =>
  loadConfig(gatewayEnvironment, environment);

export const registryFile = (config: GatewayConfig): string =>
  join(config.DATA_DIR, 'registry.json');
