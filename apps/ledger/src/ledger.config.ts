import { join } from 'node:path';
import {
  type Environment,
  type KafkaAccess,
  type LogLevel,
  type TraceTarget,
  databaseFields,
  kafkaAccess,
  kafkaFields,
  listenFields,
  loadConfig,
  logOriginField,
  secret,
  traceTarget,
} from '#process';
import { z } from 'zod';

/** Environment of the ledger. */
export const ledgerEnvironment = z.object({
  ...databaseFields,
  ...kafkaFields,
  KAFKA_GROUP: z
    .string()
    .min(1)
    .optional()
    .describe('the consumer group; default <TOPIC_PREFIX>ledger'),
  ...listenFields(7103),
  ...logOriginField,
  DATA_DIR: z.string().min(1).describe('a folder that survives restarts: guard and keys'),
  SIGNER_KEY_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('the file of the signing keys; default <DATA_DIR>/log-key.json'),
  SIGNER_SEEDS: secret(
    z
      .string()
      .min(1)
      .optional()
      .describe('the signing keys themselves, JSON as in that file; default: the file is read'),
  ),
  WITNESSES_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('JSON: {"quorum": k, "witnesses": [{"name", "url", "vkey"}]}; default no witnesses'),
  PEERS_FILE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'JSON: {"peers": [{"from", "to", "gatewayUrl", "token"}]}: whom received shipments are told; ' +
        'default nobody',
    ),
});

export interface LedgerConfig {
  readonly databaseUrl: string;
  readonly kafka: KafkaAccess;
  readonly topicPrefix: string;
  readonly groupId: string;
  readonly port: number;
  readonly host: string;
  readonly logLevel: LogLevel;
  /** Undefined: nothing is traced. */
  readonly traces: TraceTarget | undefined;
  readonly logOrigin: string;
  readonly dataDir: string;
  readonly signerKeyFile: string;
  /** Null: the keys are in the file, which is made on the first start. */
  readonly signerSeeds: string | null;
  /** Null: checkpoints are not cosigned by others. */
  readonly witnessesFile: string | null;
  /** Null: notices for other sites wait. */
  readonly peersFile: string | null;
}

export function readLedgerConfig(env: Environment): LedgerConfig {
  const config = loadConfig(ledgerEnvironment, env);
  return {
    databaseUrl: config.DATABASE_URL,
    kafka: kafkaAccess(config),
    topicPrefix: config.TOPIC_PREFIX,
    groupId: config.KAFKA_GROUP ?? `${config.TOPIC_PREFIX}ledger`,
    port: config.PORT,
    host: config.HOST,
    logLevel: config.LOG_LEVEL,
    traces: traceTarget(config),
    logOrigin: config.LOG_ORIGIN,
    dataDir: config.DATA_DIR,
    signerKeyFile: config.SIGNER_KEY_FILE ?? join(config.DATA_DIR, 'log-key.json'),
    signerSeeds: config.SIGNER_SEEDS ?? null,
    witnessesFile: config.WITNESSES_FILE ?? null,
    peersFile: config.PEERS_FILE ?? null,
  };
}
