import type { Request } from 'express';
import { type Answer, problem } from './problem.js';
import type { Caller, Directory } from './registry/directory.js';

/** Finds whose bearer token (RFC 6750) a request carries, or says why nobody's. */
export function authenticate(
  request: Request,
  directory: Directory | undefined,
): { readonly caller: Caller } | { readonly answer: Answer } {
  if (directory === undefined) {
    return { answer: problem(503, 'the registry was not read yet', { retryAfter: 1 }) };
  }
  const [, token] = /^bearer +([^ ]+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) return { answer: problem(401, 'no bearer token') };
  const caller = directory.callerOf(token);
  return caller === undefined ? { answer: problem(401, 'unknown token') } : { caller };
}
