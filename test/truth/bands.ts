/** Answers whose confidence lies in a band, and how many of them are right. */
export class Band {
  pieces = 0;
  right = 0;
  /** Sum of what was said, ppm. */
  saidPpm = 0;

  constructor(
    readonly fromPpm: number,
    readonly toPpm: number,
  ) {}

  count(confidencePpm: number, isRight: boolean): void {
    if (confidencePpm < this.fromPpm || confidencePpm >= this.toPpm) return;
    this.pieces++;
    this.saidPpm += confidencePpm;
    if (isRight) this.right++;
  }
}

export const band = (fromPpm: number, toPpm: number): Band => new Band(fromPpm, toPpm);
