import { STATUS_CODES } from 'node:http';
import type { Response } from 'express';

/** What a use case answers; the controller only writes it out. */
export interface Answer {
  readonly status: number;
  readonly body: object;
  /** Seconds after which to come again. */
  readonly retryAfter?: number;
}

/** An error as RFC 9457 has it. */
export function problem(
  status: number,
  detail: string,
  more: { readonly problems?: readonly object[]; readonly retryAfter?: number } = {},
): Answer {
  const { problems, retryAfter } = more;
  return {
    status,
    body: {
      type: 'about:blank',
      title: STATUS_CODES[status] ?? 'Error',
      status,
      detail,
      ...(problems === undefined ? {} : { problems }),
    },
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

export function writeAnswer(response: Response, { status, body, retryAfter }: Answer): void {
  if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.status(status).setHeader('content-type', type);
  response.end(JSON.stringify(body));
}
