import { join } from 'node:path';
import { z } from 'zod';
import { type Environment, databaseFields, kafkaFields, listenFields, loadConfig } from '#process';

const whole = (fallback: number, min = 1): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce.number().int().min(min).default(fallback);

/** Environment of the gateway; `.describe` is the remedy that an error message names. */
export const gatewayEnvironment = z.object({
  ...listenFields(7_101),
  ...databaseFields,
  ...kafkaFields,
  DATA_DIR: z.string().min(1).describe('a folder in which the registry is kept'),
  BODY_BYTES_MAX: whole(1_048_576).describe('bytes of one request, inflated'),
  EVENTS_MAX: whole(1_000).describe('events of one request'),
  IN_FLIGHT_BYTES_MAX: whole(64_000_000).describe('bytes of all requests being answered'),
  IN_FLIGHT_REQUESTS_MAX: whole(512).describe('requests being answered'),
  SOURCE_REQUESTS_MAX: whole(16).describe('requests of one source, answered one by one'),
  QUEUED_BYTES_MAX: whole(32_000_000).describe('bytes that wait for the broker'),
  LINGER_MS: whole(15, 0).describe('milliseconds that a record waits for company'),
  ACK_TIMEOUT_MS: whole(10_000).describe('milliseconds until a request gives up on the broker'),
  INGRESS_POLL_MS: whole(2_000).describe('milliseconds between looks for topics of stations'),
  REGISTRY_POLL_MS: whole(250).describe('milliseconds between looks at the registry'),
});

export type GatewayConfig = Readonly<z.output<typeof gatewayEnvironment>>;

export const loadGatewayConfig = (environment: Environment): GatewayConfig =>
  loadConfig(gatewayEnvironment, environment);

export const registryFile = (config: GatewayConfig): string =>
  join(config.DATA_DIR, 'registry.json');
