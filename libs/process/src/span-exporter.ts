import { isError } from './is-error.js';
import type { Logger } from './logger.js';
import { otlpJson } from './otlp-json.js';
import type { FinishedSpan, SpanAttributes } from './tracer.js';

export interface SpanExporterOptions {
  /** Where the collector takes traces, its path included. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Who says it: `service.name` and the like. */
  readonly resource: SpanAttributes;
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  readonly everyMs?: number;
  readonly fetch?: typeof fetch;
}

/** As OpenTelemetry's own batch processor has them. */
const WAITING_MAX = 2_048;
const REQUEST_MAX = 512;
const EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 10_000;
const LAST_WITHIN_MS = 1_000;

/**
 * Sends what has ended to a collector, in batches and in the background. A trace may be lost, work
 * may not wait for it: what finds no room is dropped, what the collector does not take is not sent
 * again, and the log says so when it begins and when it ends.
 */
export class SpanExporter {
  private waiting: FinishedSpan[] = [];
  private lost = 0;
  private away = false;
  private sending: Promise<void> | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: SpanExporterOptions) {
    this.timer = setInterval(() => {
      void this.send(ANSWER_WITHIN_MS);
    }, options.everyMs ?? EVERY_MS).unref();
  }

  /** Never waits. */
  keep(span: FinishedSpan): void {
    if (this.waiting.length < WAITING_MAX) this.waiting.push(span);
    else this.lost += 1;
  }

  /** Sends what is left, once. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.sending;
    await this.send(LAST_WITHIN_MS);
  }

  private send(withinMs: number): Promise<void> {
    this.sending ??= this.sendAll(withinMs).finally(() => {
      this.sending = undefined;
    });
    return this.sending;
  }

  private async sendAll(withinMs: number): Promise<void> {
    while (this.waiting.length > 0) {
      const spans = this.waiting.splice(0, REQUEST_MAX);
      const problem = await this.post(spans, withinMs);
      if (problem !== undefined) {
        this.lost += spans.length;
        this.tell(problem);
        return;
      }
    }
    this.tell(undefined);
  }

  /** Why the spans were not taken; undefined where they were. */
  private async post(
    spans: readonly FinishedSpan[],
    withinMs: number,
  ): Promise<string | undefined> {
    const { url, headers, resource } = this.options;
    try {
      const response = await (this.options.fetch ?? fetch)(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: otlpJson(resource, spans),
        signal: AbortSignal.timeout(withinMs),
      });
      // Read to its end, or its connection is not used again.
      await response.arrayBuffer();
      return response.ok ? undefined : `it answers ${response.status}`;
    } catch (error) {
      return reasonOf(error);
    }
  }

  private tell(problem: string | undefined): void {
    const { logger, url } = this.options;
    if (problem !== undefined && !this.away) {
      logger.warn({ url, problem }, 'traces are lost: the collector does not take them');
    }
    if (problem === undefined && this.lost > 0) {
      logger.info({ url, lost: this.lost }, 'traces are taken again');
      this.lost = 0;
    }
    this.away = problem !== undefined;
  }
}

/** What lies behind the `fetch failed` of every kind. */
function reasonOf(error: unknown): string {
  if (!isError(error)) return String(error);
  return isError(error.cause) ? error.cause.message : error.message;
}
