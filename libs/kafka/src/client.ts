import kafkajs, {
  type Kafka,
  type KafkaConfig,
  type RetryOptions,
  type SASLOptions,
} from 'kafkajs';
import { makeEncoderFrugal } from './frugal-encoder.js';
import { makeQueueFrugal } from './frugal-queue.js';

/** What this lib needs of a logger; pino's fits. */
export interface KafkaLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Whether a line would be written at all; without it, it is made for nothing. */
  isLevelEnabled?(level: 'debug'): boolean;
}

export interface KafkaOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly logger: KafkaLogger;
  readonly ssl?: KafkaConfig['ssl'];
  readonly sasl?: SASLOptions;
  /** How often a broker that is away is called before the caller hears of it. Default 1,000. */
  readonly retries?: number;
}

/**
 * Rides out a broker's restart without an error: waits 100 ms, doubling to 1 s. A consumer does not
 * inherit it from its client, so it is given to both.
 */
export const RETRY: RetryOptions = {
  initialRetryTime: 100,
  maxRetryTime: 1000,
  factor: 0.2,
  multiplier: 2,
  retries: 1000,
};

/** The one place where a Kafka client is made. */
export function createKafka(options: KafkaOptions): Kafka {
  makeEncoderFrugal();
  makeQueueFrugal();
  return new kafkajs.Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    retry: options.retries === undefined ? RETRY : { ...RETRY, retries: options.retries },
    logLevel: kafkajs.logLevel.INFO,
    logCreator: () => (entry) => {
      writeEntry(options.logger, entry);
    },
    ...(options.ssl === undefined ? {} : { ssl: options.ssl }),
    ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
  });
}

type Entry = Parameters<ReturnType<NonNullable<KafkaConfig['logCreator']>>>[0];

/** kafkajs calls every lost connection an error; whether it is one is decided by who uses it. */
function writeEntry(logger: KafkaLogger, { namespace, level, log }: Entry): void {
  const { broker, groupId, error, topic, partition } = log as Record<string, unknown>;
  const fields = { namespace, broker, groupId, error: textOf(error), topic, partition };
  if (level <= kafkajs.logLevel.WARN) logger.warn(fields, log.message);
  else logger.debug(fields, log.message);
}

function textOf(error: unknown): string | undefined {
  if (error === undefined || typeof error === 'string') return error;
  return String((error as { message?: unknown }).message);
}

/** kafkajs wraps what the broker said; the runner and we decide by the wrapped error. */
export function rootCause(error: unknown): unknown {
  let current = error;
  while (isObject(current) && isObject(current.cause)) current = current.cause;
  return current;
}

function isObject(value: unknown): value is { cause?: unknown } {
  return typeof value === 'object' && value !== null;
}
