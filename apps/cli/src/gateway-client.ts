import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type StationPosition, parsePosition } from '#edge';
import { CommandError, EXIT } from './command-error.js';

const problemSchema = z.object({
  index: z.int().min(0).nullable(),
  reason: z.string(),
  detail: z.string(),
});
const answerSchema = z.object({
  detail: z.string().optional(),
  problems: z.array(problemSchema).optional(),
});

/** What the gateway will never accept; `index` null = all of them. */
export type Refusal = z.infer<typeof problemSchema>;

export type PostOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] };

export interface GatewayClientOptions {
  /** As `http://127.0.0.1:7101`. */
  readonly url: string;
  /** How long to go on trying while the gateway is away or full. */
  readonly timeoutMs: number;
  /** Try again also on 401: a gateway learns of a new registry within a second. */
  readonly tokenMayBeNew?: boolean;
}

const PAUSE_MS = 250;
const REQUEST_TIMEOUT_MS = 30_000;

/** Talks to the gateway and waits while it cannot answer. */
export class GatewayClient {
  constructor(private readonly options: GatewayClientOptions) {}

  /** Sends lines of NDJSON; resolves when the broker has all of them or the gateway refused. */
  post(token: string, lines: readonly Buffer[]): Promise<PostOutcome> {
    return this.postBody(token, Buffer.concat(lines.flatMap((line) => [line, LINE_FEED])), LINES);
  }

  /** Sends one event, whose bytes may hold line feeds. */
  postEvent(token: string, event: Buffer): Promise<PostOutcome> {
    return this.postBody(token, event, EVENT);
  }

  private async postBody(token: string, bytes: Buffer, type: string): Promise<PostOutcome> {
    const body = { bytes: new Uint8Array(bytes), type };
    const { status, text } = await this.request('/v1/events', token, body);
    if (status === 202) return { kind: 'accepted' };
    if (status === 413) return { kind: 'too-large' };
    return { kind: 'refused', refusals: readRefusals(status, text) };
  }

  /** Throws a CommandError when the answer is no position. */
  async position(token: string, source: string): Promise<StationPosition> {
    const path = `/v1/stations/${encodeURIComponent(source)}/position`;
    const { status, text } = await this.request(path, token);
    if (status === 200) return parsePosition(Buffer.from(text));
    throw new CommandError(EXIT.refused, `the position of ${source} answered ${status}: ${text}`);
  }

  /** Posts a body, or gets. */
  private async request(
    path: string,
    token: string,
    body?: { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string },
  ): Promise<{ readonly status: number; readonly text: string }> {
    const { url, timeoutMs, tokenMayBeNew } = this.options;
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const answer = await this.try(`${url}${path}`, {
        ...(body === undefined ? {} : { method: 'POST', body: body.bytes }),
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': body.type }),
        },
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      const { status } = answer;
      const again =
        status === 0 || status === 429 || status >= 500 || (status === 401 && tokenMayBeNew);
      if (again !== true) return answer;
      if (Date.now() > deadline) {
        const why = status === 0 ? answer.text : `it answered ${status}: ${answer.text}`;
        throw new CommandError(EXIT.unreachable, `the gateway ${url} cannot be used: ${why}`);
      }
      await sleep(PAUSE_MS);
    }
  }

  /** Status 0: no answer. */
  private async try(
    url: string,
    init: RequestInit,
  ): Promise<{ readonly status: number; readonly text: string }> {
    try {
      const response = await fetch(url, init);
      return { status: response.status, text: await response.text() };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return { status: 0, text: cause instanceof Error ? cause.message : String(cause) };
    }
  }
}

const LINES = 'application/x-ndjson';
const EVENT = 'application/cloudevents+json';
const LINE_FEED = Buffer.from('\n');

function readRefusals(status: number, text: string): readonly Refusal[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not the gateway's: something in between answered.
    value = { detail: text.slice(0, 200) };
  }
  const { detail, problems } = answerSchema.safeParse(value).data ?? {};
  if (problems !== undefined && problems.length > 0) return problems;
  return [{ index: null, reason: `status-${status}`, detail: detail ?? text.slice(0, 200) }];
}
