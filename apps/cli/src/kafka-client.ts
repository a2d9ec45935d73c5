import { type Kafka, createKafka } from '#kafka';
import { ConfigError, kafkaAccess, kafkaFields, loadConfig } from '#process';
import { z } from 'zod';
import { CommandError, EXIT } from './command-error.js';

const environment = z.object(kafkaFields);

const silent = (): void => undefined;
/** The client warns of all that it tries again; what ends a command is said once. */
const logger = { debug: silent, info: silent, warn: silent, error: silent };

export interface KafkaTarget {
  readonly kafka: Kafka;
  readonly brokers: readonly string[];
  readonly prefix: string;
}

/** The broker of KAFKA_BROKERS, as KAFKA_USERNAME where it asks for one; `given` goes first. */
export function kafkaTarget(
  command: string,
  given: { readonly brokers?: string; readonly prefix?: string },
): KafkaTarget {
  try {
    const config = loadConfig(environment, {
      ...process.env,
      ...(given.brokers === undefined ? {} : { KAFKA_BROKERS: given.brokers }),
      ...(given.prefix === undefined ? {} : { TOPIC_PREFIX: given.prefix }),
    });
    const access = kafkaAccess(config);
    const kafka = createKafka({ ...access, clientId: `urbanmine-${command}`, logger });
    return { kafka, brokers: access.brokers, prefix: config.TOPIC_PREFIX };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CommandError(EXIT.usage, error.message, { cause: error });
  }
}

/** Runs `work` on the broker; what the client throws becomes an exit code, and so does silence. */
export async function withBroker<T>(
  { brokers }: KafkaTarget,
  timeoutMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const where = `Kafka at ${brokers.join(', ')}`;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new CommandError(EXIT.unreachable, `${where} did not answer in time; run it again`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { message, errors } = error as { message?: unknown; errors?: readonly Error[] };
    // The broker says for each part why it refused it; the client puts these into one error.
    const whys = [String(message ?? error), ...(errors ?? []).map((one) => one.message)];
    const why = [...new Set(whys)].join(': ');
    throw new CommandError(EXIT.refused, `${where} refused it: ${why}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
