/**
 * What requests hold at this moment, bounded (design, section 8, rule 5). What does not fit is told
 * to come again; nothing is queued beyond it.
 */
export class InFlight {
  private heldRequests = 0;
  private heldBytes = 0;
  private readonly bySource = new Map<string, { waiting: number; last: Promise<unknown> }>();

  constructor(
    private readonly limits: {
      readonly requests: number;
      readonly bytes: number;
      readonly requestsOfSource: number;
    },
  ) {}

  get requests(): number {
    return this.heldRequests;
  }

  get bytes(): number {
    return this.heldBytes;
  }

  tryEnter(): boolean {
    if (this.heldRequests >= this.limits.requests) return false;
    this.heldRequests++;
    return true;
  }

  leave(): void {
    this.heldRequests--;
  }

  tryTake(bytes: number): boolean {
    if (this.heldBytes + bytes > this.limits.bytes) return false;
    this.heldBytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.heldBytes -= bytes;
  }

  /**
   * Runs `work` after all that was given for the same source before, so that a request never
   * overtakes one that fails. Undefined when too many wait already.
   */
  async inOrder<T>(source: string, work: () => Promise<T>): Promise<T | undefined> {
    const line = this.bySource.get(source) ?? { waiting: 0, last: Promise.resolve() };
    if (line.waiting >= this.limits.requestsOfSource) return undefined;
    this.bySource.set(source, line);
    line.waiting++;
    const turn = line.last.then(work);
    // Whether one failed concerns its own caller; the next one starts all the same.
    line.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      line.waiting--;
      if (line.waiting === 0) this.bySource.delete(source);
    }
  }
}
