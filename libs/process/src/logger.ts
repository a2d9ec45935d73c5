import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger, stdTimeFunctions } from 'pino';
import { PoisonError } from '#contracts';
import { isError } from './is-error.js';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Names under which a confidential value could slip into a log line, one level deep or two. */
const CONFIDENTIAL = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'sasl',
  'privateKey',
  'opening',
  'salt',
];

/**
 * A JSON logger that writes to standard output, one line an entry, time as RFC 3339. Writing is
 * synchronous: the last line before an exit is never lost. Confidential members are removed and an
 * error keeps only kind, message, stack and code, because drivers attach row values to theirs. Of a
 * PoisonError only the reason is kept: its words quote what could not be read.
 */
export function createLogger(
  name: string,
  level: LogLevel = 'info',
  destination: DestinationStream = pino.destination({ dest: 1, sync: true }),
): Logger {
  return pino(
    {
      name,
      level,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError, error: describeError },
      redact: {
        paths: CONFIDENTIAL.flatMap((member) => [member, `*.${member}`, `*.*.${member}`]),
        remove: true,
      },
    },
    destination,
  );
}

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string | number;
  readonly cause?: LoggedError;
}

function describeError(error: unknown): LoggedError | string {
  if (!isError(error)) return String(error);
  if (error instanceof PoisonError) return { type: error.name, message: error.reason };
  const { code } = error as { code?: unknown };
  const known = typeof code === 'string' || typeof code === 'number';
  return {
    type: error.name,
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(known ? { code } : {}),
    ...(isError(error.cause) ? { cause: describeError(error.cause) as LoggedError } : {}),
  };
}

/** Lets Nest's own lines go through the same logger. */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void => {
      // Nest passes [..., stack?, context]: the context is the last string.
      const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
      const fields = context === undefined ? {} : { context };
      if (isError(message)) logger[level]({ ...fields, err: message }, message.message);
      else if (typeof message === 'string') logger[level](fields, message);
      else logger[level]({ ...fields, detail: message });
    };
  return {
    log: write('info'),
    error: write('error'),
    warn: write('warn'),
    debug: write('debug'),
    verbose: write('trace'),
    fatal: write('fatal'),
  };
}
