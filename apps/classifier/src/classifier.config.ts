import {
  type Environment,
  type KafkaAccess,
  type LogLevel,
  type TraceTarget,
  kafkaAccess,
  kafkaFields,
  listenFields,
  loadConfig,
  traceTarget,
} from '#process';
import { z } from 'zod';

/** Environment of the classifier. */
export const classifierEnvironment = z.object({ ...kafkaFields, ...listenFields(7102) });

export interface ClassifierConfig {
  readonly kafka: KafkaAccess;
  readonly topicPrefix: string;
  readonly port: number;
  readonly host: string;
  readonly logLevel: LogLevel;
  /** Undefined: nothing is traced. */
  readonly traces: TraceTarget | undefined;
}

export function readClassifierConfig(env: Environment): ClassifierConfig {
  const config = loadConfig(classifierEnvironment, env);
  return {
    kafka: kafkaAccess(config),
    topicPrefix: config.TOPIC_PREFIX,
    port: config.PORT,
    host: config.HOST,
    logLevel: config.LOG_LEVEL,
    traces: traceTarget(config),
  };
}
