import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface GatewayRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly signal: AbortSignal;
  /** Rejects when the answer is not complete by then. */
  readonly timeoutMs?: number;
}

export interface GatewayAnswer {
  readonly status: number;
  readonly body: Buffer;
  readonly retryAfter: string | null;
}

/**
 * One request over a connection that is kept. Not `fetch`: its web streams cost a station that
 * uploads ten times a second more than everything else that it does.
 */
export function gatewayRequest(url: string, given: GatewayRequest): Promise<GatewayAnswer> {
  const { method, body, signal, timeoutMs } = given;
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    const request = send(url, { method, headers: { ...given.headers, ...length }, signal });
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => request.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        clearTimeout(timer);
        const retryAfter = response.headers['retry-after'] ?? null;
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks), retryAfter });
      });
    });
    request.end(body);
  });
}
