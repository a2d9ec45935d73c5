import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import { RetriableError } from '#contracts';
import { gatewayRequest } from './gateway-request.js';
import type { Spool } from './spool.js';
import type { SpooledEvent } from './spool-replay.js';
import { type StationPosition, parsePosition } from './station-position.js';
import { type UploadAnswer, backoffMs, readAnswer } from './upload-answer.js';

export interface UploaderOptions {
  /** As `http://127.0.0.1:7101`, without a path. */
  readonly gatewayUrl: string;
  /** The station's bearer token. */
  readonly token: string;
  readonly spool: Spool;
  /** A request that is not full waits this long for more events. Default 10 ms. */
  readonly lingerMs?: number;
  /** Most events and bytes of one request. Default 500 and 500,000. */
  readonly batchEvents?: number;
  readonly batchBytes?: number;
  /** Between two questions for the position while events are not safe. Default 1,000 ms. */
  readonly pollEveryMs?: number;
  readonly requestTimeoutMs?: number;
  /** Compress requests: for a line that is slow or paid by the byte. Default: false. */
  readonly gzip?: boolean;
  /** Something is wrong and is being tried again. */
  readonly onProblem?: (why: string) => void;
  /** The spool failed; the station MUST stop. Default: throw. */
  readonly onFailure?: (error: unknown) => void;
}

/** Counted since the start. */
export interface UploadStats {
  readonly requests: number;
  readonly acknowledged: number;
  readonly bytes: number;
  readonly retries: number;
  readonly voided: number;
}

const DEFAULTS = {
  lingerMs: 10,
  batchEvents: 500,
  batchBytes: 500_000,
  pollEveryMs: 1_000,
  requestTimeoutMs: 15_000,
  gzip: false,
  onProblem: (): void => undefined,
  onFailure: (error: unknown): void => {
    throw error;
  },
} as const;

const LINE_FEED = Buffer.from('\n');
const compress = promisify(gzipCallback);

/** Asks the gateway for a source's position. Throws when it cannot be had. */
export async function fetchPosition(
  given: { readonly gatewayUrl: string; readonly token: string; readonly source: string },
  signal: AbortSignal,
): Promise<StationPosition> {
  const url = `${given.gatewayUrl}/v1/stations/${encodeURIComponent(given.source)}/position`;
  const headers = { authorization: `Bearer ${given.token}` };
  const { status, body } = await gatewayRequest(url, { method: 'GET', headers, signal });
  if (status !== 200) throw new Error(`the position answered ${status}`);
  return parsePosition(body);
}

/**
 * Empties a spool into the gateway: one request in flight, retried until it is accepted. Every
 * event arrives at least once; its seq makes it once.
 */
export class Uploader {
  readonly #options: Required<UploaderOptions>;
  readonly #stop = new AbortController();
  readonly #counts = { requests: 0, acknowledged: 0, bytes: 0, retries: 0, voided: 0 };
  #batchEvents: number;
  #wake: () => void = () => undefined;
  #running: Promise<unknown> | null = null;
  /** When it is set the loops end as soon as nothing is left to send. */
  #draining = false;

  constructor(options: UploaderOptions) {
    this.#options = { ...DEFAULTS, ...options };
    this.#batchEvents = this.#options.batchEvents;
  }

  start(): void {
    if (this.#running !== null) return;
    this.#options.spool.onSendable(() => {
      this.#wake();
    });
    const failed = (error: unknown): void => {
      if (!this.#stop.signal.aborted) this.#options.onFailure(error);
    };
    this.#running = Promise.all([this.#sendLoop().catch(failed), this.#pollLoop().catch(failed)]);
  }

  stats(): UploadStats {
    return { ...this.#counts };
  }

  /** Sends what is in the spool for up to `flushMs`, then stops. The spool stays open. */
  async stop(flushMs = 0): Promise<void> {
    this.#draining = true;
    this.#wake();
    const deadline = setTimeout(() => {
      this.#stop.abort();
    }, flushMs);
    while (!this.#stop.signal.aborted && this.#options.spool.outbox.unsent > 0) await sleep(10);
    clearTimeout(deadline);
    this.#stop.abort();
    this.#wake();
    await this.#running;
  }

  async #sendLoop(): Promise<void> {
    let attempt = 0;
    let isBehind = false;
    while (!this.#stop.signal.aborted) {
      const { spool, batchBytes, lingerMs } = this.#options;
      if (spool.outbox.sendable === 0) {
        await this.#untilSendable();
        isBehind = false;
        continue;
      }
      if (!isBehind && !this.#draining) await this.#sleep(lingerMs);
      const batch = spool.nextBatch({ events: this.#batchEvents, bytes: batchBytes });
      if (batch.length === 0) continue;
      isBehind = spool.outbox.sendable > batch.length;
      const answer = await this.#post(batch);
      const wait = await this.#settle(batch, answer);
      attempt = wait === null ? 0 : attempt + 1;
      if (wait === null) continue;
      this.#counts.retries++;
      await this.#sleep(Math.max(wait, backoffMs(attempt, Math.random())));
    }
  }

  /** Null: go on; a number: wait at least so many ms and try again. */
  async #settle(batch: readonly SpooledEvent[], answer: UploadAnswer): Promise<number | null> {
    const { spool, batchEvents, onProblem } = this.#options;
    switch (answer.kind) {
      case 'accepted':
        spool.acknowledge(batch);
        this.#counts.acknowledged += batch.length;
        this.#batchEvents = Math.min(batchEvents, this.#batchEvents * 2);
        return null;
      case 'refused':
        return (await this.#replace(batch, answer.problems)) > 0 ? null : 0;
      case 'too-large':
        if (batch.length > 1) {
          this.#batchEvents = Math.ceil(batch.length / 2);
          return null;
        }
        onProblem('the gateway takes no request of one event: its limit is below the contract');
        return 0;
      case 'retry':
        onProblem(answer.why);
        return answer.waitMs;
    }
  }

  /**
   * Replaces what was refused; returns how many. A refused `event.voided` is left as it is, and so is
   * everything of a source that the gateway does not know yet: its void would be refused as well.
   */
  async #replace(
    batch: readonly SpooledEvent[],
    problems: readonly { index: number; reason: string }[],
  ): Promise<number> {
    let replaced = 0;
    for (const { index, reason } of problems) {
      const event = batch[index];
      this.#options.onProblem(`refused ${event?.boot ?? '?'}.${event?.seq ?? '?'}: ${reason}`);
      if (event === undefined || event.voided || isUnknown(reason)) continue;
      try {
        await this.#options.spool.voidEvent(event, reason);
      } catch (error) {
        this.#tellIfFull(error);
        break;
      }
      replaced++;
    }
    this.#counts.voided += replaced;
    return replaced;
  }

  async #post(batch: readonly SpooledEvent[]): Promise<UploadAnswer> {
    const { gatewayUrl, token, spool, requestTimeoutMs, gzip } = this.#options;
    const lines = Buffer.concat(batch.flatMap((event) => [spool.lineOf(event), LINE_FEED]));
    const body = gzip ? await compress(lines) : lines;
    this.#counts.requests++;
    this.#counts.bytes += body.length;
    try {
      const answer = await gatewayRequest(`${gatewayUrl}/v1/events`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/x-ndjson',
          ...(gzip ? { 'content-encoding': 'gzip' } : {}),
        },
        body,
        signal: this.#stop.signal,
        timeoutMs: requestTimeoutMs,
      });
      return readAnswer(answer.status, answer.body.toString(), answer.retryAfter, Date.now());
    } catch (error) {
      // Whether it arrived is not known: send it again, the ledger drops what it has.
      return { kind: 'retry', why: `the gateway cannot be reached: ${reasonOf(error)}`, waitMs: 0 };
    }
  }

  async #pollLoop(): Promise<void> {
    const { spool, pollEveryMs } = this.#options;
    while (!this.#stop.signal.aborted) {
      const position = spool.outbox.size > 0 ? await this.#askPosition() : null;
      if (position !== null) {
        spool.release(position);
        this.#adopt(position);
        if (spool.outbox.sendable > 0) this.#wake();
      }
      await this.#sleep(pollEveryMs * (0.9 + 0.2 * Math.random()));
    }
  }

  #adopt(position: StationPosition): void {
    try {
      this.#options.spool.adopt(position);
    } catch (error) {
      this.#tellIfFull(error);
    }
  }

  /** A full disk is waited for; everything else is thrown on. */
  #tellIfFull(error: unknown): void {
    if (!(error instanceof RetriableError)) throw error;
    this.#options.onProblem(error.message);
  }

  /** Null when it cannot be had: everything is kept meanwhile, and sending goes on. */
  async #askPosition(): Promise<StationPosition | null> {
    const { gatewayUrl, token, spool, requestTimeoutMs, onProblem } = this.#options;
    try {
      const asked = { gatewayUrl, token, source: spool.source };
      return await fetchPosition(asked, this.#signal(requestTimeoutMs));
    } catch (error) {
      if (!this.#stop.signal.aborted) onProblem(`no position: ${reasonOf(error)}`);
      return null;
    }
  }

  #signal(timeoutMs: number): AbortSignal {
    return AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutMs)]);
  }

  #untilSendable(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#options.spool.outbox.sendable > 0 || this.#stop.signal.aborted) resolve();
    });
  }

  #sleep(milliseconds: number): Promise<void> {
    return sleep(milliseconds, this.#stop.signal);
  }
}

/** Resolves after the time, or at once when the signal aborts. */
function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done);
  });
}

const isUnknown = (reason: string): boolean => reason.startsWith('source-unknown');

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

/** Call `start`; one uploader a spool. */
export const createUploader = (options: UploaderOptions): Uploader => new Uploader(options);
