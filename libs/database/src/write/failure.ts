import { InvariantError, RetriableError } from '#contracts';

/** SQLSTATE classes and codes that pass by themselves (PostgreSQL, appendix A). */
const PASSING_CLASSES = new Set(['08', '53', '57', '58']);
const PASSING_CODES = new Set(['40001', '40P01', '55P03', '25006']);
/** Integrity constraint violation: something that cannot be was about to be written. */
const INTEGRITY_CLASS = '23';
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** What node-postgres says without a code. */
const LOST =
  /connection terminated|timeout exceeded when trying to connect|client has encountered/i;

/**
 * The error as a consumer knows it: RetriableError for what passes, InvariantError for a broken
 * constraint, else the error itself.
 */
export function databaseFailure(error: unknown): unknown {
  if (error instanceof InvariantError || error instanceof RetriableError) return error;
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const text = String(message);
  if (typeof code === 'string') {
    const isState = /^[0-9A-Z]{5}$/.test(code);
    const passes =
      NETWORK_CODES.has(code) ||
      (isState && (PASSING_CLASSES.has(code.slice(0, 2)) || PASSING_CODES.has(code)));
    if (passes) return new RetriableError(`the database is away: ${text}`, { cause: error });
    if (isState && code.startsWith(INTEGRITY_CLASS)) {
      return new InvariantError(`the database refused to hold it: ${text}`, { cause: error });
    }
  }
  if (LOST.test(text)) return new RetriableError(`the database is away: ${text}`, { cause: error });
  return error;
}
