import { RetriableError } from '#contracts';

const SEAL_WITHIN_MS = 900;
const SEAL_IDLE_MS = 3_600_000;

/** When to seal: within a second of unsealed events, and hourly. */
export class SealTimer {
  #timer: NodeJS.Timeout | undefined;
  #isSoon = false;

  constructor(
    private readonly seal: () => void,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** `soon`: there are unsealed events. An earlier such call holds. */
  schedule(soon: boolean): void {
    if (this.#isSoon) return;
    this.#isSoon = soon;
    clearTimeout(this.#timer);
    const wait = soon ? SEAL_WITHIN_MS : SEAL_IDLE_MS;
    this.#timer = setTimeout(() => {
      this.#isSoon = false;
      try {
        this.seal();
      } catch (error) {
        // A full disk: what is unsealed stays so until there is space.
        if (error instanceof RetriableError) this.schedule(true);
        else this.onFailure(error);
      }
    }, wait).unref();
  }

  /** Everything is sealed. */
  sealed(): void {
    this.#isSoon = false;
    this.schedule(false);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
