import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { InFlight } from './in-flight.js';

export type BodyRead =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  /** The bytes of all requests together are at their bound. */
  | { readonly kind: 'no-room' }
  | { readonly kind: 'unsupported'; readonly detail: string }
  | { readonly kind: 'unreadable'; readonly detail: string };

/**
 * Reads a body, gzip or plain, of at most `bytesMax` after inflating. What it read is taken from
 * `inFlight` (`inFlight.give(bytes.length)` when done) only where `kind` is `read`.
 */
export async function readBody(
  request: IncomingMessage,
  inFlight: InFlight,
  bytesMax: number,
): Promise<BodyRead> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    return { kind: 'unsupported', detail: `content-encoding: "${encoding}" is not gzip` };
  }
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return { kind: 'too-large' };
  const stream = encoding === 'gzip' ? inflate(request) : request;
  const chunks: Buffer[] = [];
  let length = 0;
  const refuse = (answer: BodyRead): BodyRead => {
    inFlight.give(length);
    return answer;
  };
  try {
    // Leaving early must not destroy the request: the answer goes over the same socket.
    for await (const chunk of stream.iterator({ destroyOnReturn: stream !== request })) {
      const bytes = chunk as Buffer;
      if (length + bytes.length > bytesMax) return refuse({ kind: 'too-large' });
      if (!inFlight.tryTake(bytes.length)) return refuse({ kind: 'no-room' });
      length += bytes.length;
      chunks.push(bytes);
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return refuse({ kind: 'unreadable', detail });
  }
  return { kind: 'read', bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length) };
}

function inflate(request: IncomingMessage): Readable {
  const gunzip = createGunzip();
  request.once('error', (error) => gunzip.destroy(error));
  return request.pipe(gunzip);
}
