import { type Environment, type LogLevel, kafkaFields, listenFields, loadConfig } from '#process';
import { z } from 'zod';

/** Environment of the classifier. */
export const classifierEnvironment = z.object({ ...kafkaFields, ...listenFields(7102) });

export interface ClassifierConfig {
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  readonly port: number;
  readonly host: string;
  readonly logLevel: LogLevel;
}

export function readClassifierConfig(env: Environment): ClassifierConfig {
  const config = loadConfig(classifierEnvironment, env);
  return {
    brokers: config.KAFKA_BROKERS,
    topicPrefix: config.TOPIC_PREFIX,
    port: config.PORT,
    host: config.HOST,
    logLevel: config.LOG_LEVEL,
  };
}
