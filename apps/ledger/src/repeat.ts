import { InvariantError } from '#contracts';
import type { Logger } from '#process';

const AFTER_FAILURE_MS = 500;

/** Runs a round again and again until stopped; a round that fails is tried again after a while. */
export class Repeat {
  private stopped = false;
  private running: Promise<void> | undefined;
  private wake: (() => void) | undefined;
  private beganAt = 0;
  /** Another round is due as soon as the one under way has ended. */
  private due = false;
  private soonTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly name: string,
    private readonly everyMs: number,
    /** True: there is more to do at once. */
    private readonly round: () => Promise<boolean>,
    private readonly logger: Logger,
    private readonly onFatal: (error: unknown) => void,
  ) {}

  start(): void {
    this.running ??= this.loop();
  }

  /** Does not wait for the next turn, only until `gapMs` have passed since the last round began. */
  soon(gapMs: number): void {
    clearTimeout(this.soonTimer);
    const waitMs = Math.max(0, this.beganAt + gapMs - Date.now());
    this.soonTimer = setTimeout(() => {
      this.due = true;
      this.wake?.();
    }, waitMs).unref();
  }

  /** Waits for the round under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.soonTimer);
    this.wake?.();
    await this.running;
  }

  private async loop(): Promise<void> {
    while (!this.stopped) {
      let waitMs = this.everyMs;
      this.due = false;
      this.beganAt = Date.now();
      try {
        if (await this.round()) waitMs = 0;
      } catch (error) {
        if (error instanceof InvariantError) {
          this.onFatal(error);
          return;
        }
        this.logger.warn({ err: error }, `${this.name} failed and is tried again`);
        waitMs = AFTER_FAILURE_MS;
      }
      await this.sleep(waitMs);
    }
  }

  private sleep(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.stopped || this.due ? 0 : waitMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
