import { STATUS_CODES } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { readTraceparent } from '#contracts';
import type { Logger } from '#process';
import type { Request, Response } from 'express';

/** RFC 9457, `application/problem+json`. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  /** What is wrong and what to do about it. */
  readonly detail: string;
  readonly instance: string;
}

/** SQLSTATE classes and network codes that say: the database is away, try again. */
const AWAY = /^(08|53|57)|^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
const LOST = /connection terminated|timeout exceeded when trying to connect/i;

/** Whether the database could not be asked; then the same request may succeed a moment later. */
export function isDatabaseAway(error: unknown): boolean {
  const { code, message, driverError } = (error ?? {}) as Record<string, unknown>;
  if (typeof code === 'string' && AWAY.test(code)) return true;
  if (typeof message === 'string' && LOST.test(message)) return true;
  return driverError !== undefined && driverError !== error && isDatabaseAway(driverError);
}

/** The problem that an error is to a client; nothing of our insides leaves with a 500. */
export function toProblem(error: unknown, instance: string): Problem {
  if (error instanceof HttpException) {
    const body = error.getResponse();
    const message = typeof body === 'string' ? body : (body as { message?: unknown }).message;
    return problem(error.getStatus(), textOf(message ?? error.message), instance);
  }
  if (isDatabaseAway(error)) {
    return problem(503, 'the database does not answer; try again in a second', instance);
  }
  return problem(500, 'an error of ours; it is in the log of this service', instance);
}

const textOf = (message: unknown): string =>
  Array.isArray(message) ? message.map(String).join('; ') : String(message);

const problem = (status: number, detail: string, instance: string): Problem => ({
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
  detail,
  instance,
});

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const answer = toProblem(error, request.path);
    if (answer.status >= 500) {
      const { method, path, headers } = request;
      const traceId = readTraceparent(headers['traceparent'])?.traceId;
      this.logger.error({ err: error, method, path, traceId }, 'the request failed');
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (answer.status === 503) response.setHeader('retry-after', '1');
    response.setHeader('cache-control', 'no-store');
    response.removeHeader('content-type');
    response.status(answer.status).type('application/problem+json').send(JSON.stringify(answer));
  }
}
