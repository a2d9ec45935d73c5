import type { Consumer } from 'kafkajs';

const FETCH_SILENCE_MS = 15_000;
const LOOP_SILENCE_MS = 120_000;

/**
 * Knows whether a consumer still consumes. kafkajs may stop without a word (tulios/kafkajs#659,
 * #1593): a joined consumer whose loop asks for nothing any more is dead, however alive its process.
 */
export class FetchWatch {
  /** Handlers under way; while there are any, not fetching is right. */
  busy = 0;
  private joined = false;
  private lastFetchAt = 0;
  private lastLoopAt = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly onDead: (error: Error) => void) {}

  get isJoined(): boolean {
    return this.joined;
  }

  start(consumer: Consumer): void {
    const { events } = consumer;
    consumer.on(events.GROUP_JOIN, () => {
      this.joined = true;
      this.lastFetchAt = Date.now();
      this.lastLoopAt = Date.now();
    });
    consumer.on(events.FETCH_START, () => {
      this.lastLoopAt = Date.now();
    });
    consumer.on(events.FETCH, () => {
      this.lastFetchAt = Date.now();
    });
    consumer.on(events.STOP, () => {
      this.joined = false;
    });
    this.timer = setInterval(() => {
      const problem = this.deathAt(Date.now());
      if (problem !== undefined) this.onDead(new Error(problem));
    }, LOOP_SILENCE_MS / 10);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Why no records can be expected at `now` (ms), if so. A broker's outage is reason enough. */
  silenceAt(now: number): string | undefined {
    if (!this.joined) return 'the consumer group is not joined';
    const silence = now - this.lastFetchAt;
    if (this.busy > 0 || silence <= FETCH_SILENCE_MS) return undefined;
    return `the last fetch was ${silence} ms ago`;
  }

  /** Why the consumer will never fetch again by itself, if so. */
  private deathAt(now: number): string | undefined {
    const silence = now - this.lastLoopAt;
    if (!this.joined || this.busy > 0 || silence <= LOOP_SILENCE_MS) return undefined;
    return `the consumer has asked for nothing for ${silence} ms`;
  }
}
