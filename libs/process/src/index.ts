export {
  ConfigError,
  configOrExit,
  describeEnvironment,
  type Environment,
  loadConfig,
  redactConfig,
  secret,
  type VariableDescription,
} from './config.js';
export {
  databaseFields,
  type KafkaAccess,
  kafkaAccess,
  kafkaFields,
  listenFields,
  logLevelField,
  logOriginField,
} from './environment.js';
export { createLogger, LOG_LEVELS, type Logger, type LogLevel, nestLogger } from './logger.js';
export { MetricsText } from './metrics-text.js';
export {
  checkReadiness,
  type ReadinessCheck,
  type ReadinessReport,
  type ReadinessResult,
} from './readiness.js';
export {
  EXIT_INVARIANT,
  exitCodeOf,
  runService,
  type RunningService,
  type ServiceOptions,
  startService,
} from './run-service.js';
export { spanOf } from './trace-requests.js';
export type { Span, Tracer } from './tracer.js';
export { openTracing, type TraceTarget, traceTarget, type Tracing } from './tracing.js';
