import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { KAFKA_BATCH } from './batch-handler.js';
import { KafkaBatchServer } from './batch-server.js';
import type { BatchServerOptions } from './batch-server-options.js';

export interface RoamingOptions extends BatchServerOptions {
  /** The topics there are now, by their full names. A rejection leaves those of the last look. */
  readonly findTopics: () => Promise<readonly string[]>;
  /** Milliseconds between two looks. */
  readonly everyMs: number;
}

/**
 * A KafkaBatchServer over topics that come and go: kafkajs knows the topics of a consumer only from
 * its start, so another set of topics means another consumer in the same group. It is up at once and
 * finds the broker in the background: who serves requests too must not wait for it.
 */
export class RoamingBatchServer extends Server implements CustomTransportStrategy {
  override readonly transportId = KAFKA_BATCH;
  override readonly propagatesEventHandlerErrors = true;
  private inner: KafkaBatchServer | undefined;
  private topics: readonly string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(private readonly options: RoamingOptions) {
    super();
    this.initializeSerializer({});
    this.initializeDeserializer({});
  }

  listen(callback: (error?: unknown) => void): void {
    void this.look();
    callback();
  }

  /** Stops fetching, waits for the handler under way and its commit, leaves the group. */
  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.timer);
    await this.inner?.close();
  }

  on(): never {
    throw new Error('RoamingBatchServer has no events to subscribe to');
  }

  unwrap(): never {
    throw new Error('RoamingBatchServer has one consumer after the other');
  }

  private async look(): Promise<void> {
    try {
      const topics = [...(await this.options.findTopics())].sort();
      if (!this.closing && topics.join() !== this.topics.join()) await this.moveTo(topics);
    } catch (error) {
      this.options.logger.debug({ err: error }, 'the topics could not be looked for');
    }
    if (this.closing) return;
    this.timer = setTimeout(() => void this.look(), this.options.everyMs);
    this.timer.unref();
  }

  private async moveTo(topics: readonly string[]): Promise<void> {
    await this.inner?.close();
    this.inner = undefined;
    this.topics = topics;
    if (topics.length === 0 || this.closing) return;
    const inner = new KafkaBatchServer({ ...this.options, resolveTopics: () => topics });
    for (const [pattern, handler] of this.messageHandlers) inner.addHandler(pattern, handler, true);
    this.inner = inner;
    this.options.logger.info({ topics }, 'the topics have changed');
    await inner.listen((error) => {
      if (error === undefined || this.closing) return;
      this.options.logger.warn({ err: error }, 'the consumer did not start; trying again');
      // The next look finds other topics than none.
      this.topics = [];
    });
    if (this.isClosing()) await inner.close();
  }

  /** Not narrowed: it changes while something is awaited. */
  private isClosing(): boolean {
    return this.closing;
  }
}
