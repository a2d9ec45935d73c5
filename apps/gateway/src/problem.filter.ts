import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Inject,
} from '@nestjs/common';
import { readTraceparent } from '#contracts';
import type { Request, Response } from 'express';
import type { Logger } from '#process';
import { LOGGER } from './gateway.tokens.js';
import { problem, writeAnswer } from './problem.js';

/** Whatever a controller throws leaves as problem+json: unknown paths, and faults of ours as 500. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) return;
    if (error instanceof HttpException) {
      writeAnswer(response, problem(error.getStatus(), error.message));
      return;
    }
    const { method, path, headers } = host.switchToHttp().getRequest<Request>();
    const traceId = readTraceparent(headers['traceparent'])?.traceId;
    this.logger.error({ err: error, method, path, traceId }, 'a request failed');
    writeAnswer(response, problem(500, 'an error of the gateway; it is in its log'));
  }
}
