import { type KeyObject, createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { STATION_KINDS, STATION_SOURCE, type StationKind, siteOf } from '#contracts';
import { ConfigError, type Environment, loadConfig, secret } from '#process';
import { CommandError, EXIT } from '../command-error.js';
import { readJsonFile } from '../options.js';
import { type Converter, lineConverter, mappingConverter } from './input-converter.js';
import { readMapping } from './mapping.js';

/** What `station enrol` writes for a station; paths are from the file's folder. */
export const stationFileSchema = z.strictObject({
  source: z.string().regex(STATION_SOURCE),
  kind: z.enum(STATION_KINDS).optional(),
  gatewayUrl: z.url(),
  tokenFile: z.string().min(1),
  keyFile: z.string().min(1),
  dataDir: z.string().min(1),
});
export type StationFile = z.infer<typeof stationFileSchema>;

/** Environment of `urbanmine station agent`; a flag goes before a variable, both before the file. */
export const agentEnvironment = z.object({
  STATION_FILE: z.string().optional().describe('the station.json that `station enrol` wrote'),
  GATEWAY_URL: z.url().optional().describe('the address of the gateway'),
  STATION_TOKEN: secret(z.string().optional().describe('the bearer token of the station')),
  STATION_SPOOL_BYTES: z.coerce
    .number()
    .int()
    .min(1_000_000)
    .default(268_435_456)
    .describe('most bytes of events that are not in the ledger yet'),
  MQTT_USERNAME: z.string().optional().describe('the name that the MQTT broker knows'),
  MQTT_PASSWORD: secret(z.string().optional().describe('its password')),
});

export interface AgentFlags {
  readonly station?: string;
  readonly gateway?: string;
  readonly file?: string;
  readonly mqtt?: string;
  readonly topic?: string;
  readonly mqttCa?: string;
  readonly mapping?: string;
  readonly untilEnd?: true;
  readonly gzip?: true;
  readonly sync: number | 'os';
  readonly drain: number;
  readonly json?: true;
}

export interface AgentSettings {
  readonly source: string;
  readonly siteId: string;
  readonly kind: StationKind | undefined;
  readonly gatewayUrl: string;
  readonly token: string;
  readonly privateKey: KeyObject;
  readonly dataDir: string;
  readonly spoolBytes: number;
  readonly converter: Converter;
  readonly mqttUsername: string | undefined;
  readonly mqttPassword: string | undefined;
}

const usage = (message: string, cause?: unknown): CommandError =>
  new CommandError(EXIT.usage, message, { cause });

/** Flags, environment and station file as one; a usage error says what is missing where. */
export function agentSettings(flags: AgentFlags, environment: Environment): AgentSettings {
  const env = readEnvironment(environment);
  const path = resolve(flags.station ?? env.STATION_FILE ?? 'station.json');
  if (!existsSync(path)) {
    throw usage(`${path} is not there; \`urbanmine station enrol\` writes it, --station names it`);
  }
  const file = readJsonFile(path, stationFileSchema);
  const at = (name: string): string => resolve(dirname(path), name);
  const { source, kind } = file;
  return {
    source,
    siteId: siteOf(source),
    kind,
    gatewayUrl: (flags.gateway ?? env.GATEWAY_URL ?? file.gatewayUrl).replace(/\/+$/, ''),
    token: env.STATION_TOKEN ?? readText(at(file.tokenFile)).trim(),
    privateKey: readKey(at(file.keyFile)),
    dataDir: at(file.dataDir),
    spoolBytes: env.STATION_SPOOL_BYTES,
    converter: converterOf(flags, { source, kind }),
    mqttUsername: env.MQTT_USERNAME,
    mqttPassword: env.MQTT_PASSWORD,
  };
}

function readEnvironment(environment: Environment): z.output<typeof agentEnvironment> {
  try {
    return loadConfig(agentEnvironment, environment);
  } catch (cause) {
    if (cause instanceof ConfigError) throw usage(cause.message, cause);
    throw cause;
  }
}

function converterOf(
  { mapping: path }: AgentFlags,
  speaker: { readonly source: string; readonly kind: StationKind | undefined },
): Converter {
  if (path === undefined) return lineConverter(speaker);
  let value: unknown;
  try {
    // JSON is YAML too.
    value = parse(readText(path)) as unknown;
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw usage(`the mapping ${path} cannot be read: ${(cause as Error).message}`, cause);
  }
  return mappingConverter(speaker, readMapping(value, path));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw usage(`${path} cannot be read: ${(cause as Error).message}`, cause);
  }
}

function readKey(path: string): KeyObject {
  try {
    return createPrivateKey(readText(path));
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw usage(`${path} is no private key: ${(cause as Error).message}`, cause);
  }
}
