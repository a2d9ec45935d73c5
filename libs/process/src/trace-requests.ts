import { readTraceparent, traceparentOf } from '#contracts';
import type { NextFunction, Request, Response } from 'express';
import type { Span, Tracer } from './tracer.js';

/** What asks about the process itself is no work of it. */
const OWN_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

const spans = new WeakMap<object, Span>();

/** The span of a request; undefined where it is not traced. */
export const spanOf = (request: object): Span | undefined => spans.get(request);

/**
 * A span a request, in the trace that its `traceparent` names. From here on that header names the
 * span: what a handler passes on belongs to it.
 */
export function traceRequests(tracer: Tracer) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!OWN_PATHS.has(request.path)) trace(tracer, request, response);
    next();
  };
}

function trace(tracer: Tracer, request: Request, response: Response): void {
  const span = tracer.start({
    name: request.method,
    kind: 'server',
    parent: readTraceparent(request.headers['traceparent']),
    attributes: { 'http.request.method': request.method },
  });
  if (span === undefined) return;
  spans.set(request, span);
  request.headers['traceparent'] = traceparentOf(span.context);
  response.once('close', () => {
    const { statusCode } = response;
    // What was matched, not what was asked for: no id stands in a name.
    const { path: route } = (request.route as { path?: string } | undefined) ?? {};
    span.end({
      name: route === undefined ? request.method : `${request.method} ${route}`,
      attributes: {
        ...(route === undefined ? {} : { 'http.route': route }),
        'http.response.status_code': statusCode,
      },
      failure: statusCode >= 500 ? String(statusCode) : undefined,
    });
  });
}
