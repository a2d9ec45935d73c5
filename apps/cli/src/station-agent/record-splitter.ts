/** One record of a text: a line, or in CSV a row, whose quoted cells may hold line feeds. */
export interface TextRecord {
  /** Without its line feed; null: longer than a record may be, and left out. */
  readonly bytes: Buffer | null;
  /** Place in the text after the line feed. */
  readonly end: number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;

/** No event is longer than 60,000 bytes of data; the rest is room for other ways to write it. */
export const RECORD_BYTES_MAX = 262_144;

/** Cuts a text that comes in pieces into records, with bounded memory. */
export class RecordSplitter {
  #rest: Buffer[] = [];
  #restBytes = 0;
  #isQuoted = false;
  #isTooLong = false;

  /** `start`: place of the first byte that will be pushed. */
  constructor(
    private readonly isCsv: boolean,
    private start = 0,
  ) {}

  /** Bytes of a record that has no end yet. */
  get restBytes(): number {
    return this.#restBytes;
  }

  push(chunk: Buffer): TextRecord[] {
    const records: TextRecord[] = [];
    let from = 0;
    for (let feed = this.#endFrom(chunk, from); feed >= 0; feed = this.#endFrom(chunk, from)) {
      records.push(this.#finish(chunk.subarray(from, feed), 1));
      from = feed + 1;
    }
    this.#keep(chunk.subarray(from));
    return records;
  }

  /** The last record when the text ends without a line feed. */
  end(): TextRecord | undefined {
    return this.#restBytes === 0 ? undefined : this.#finish(Buffer.alloc(0), 0);
  }

  #endFrom(chunk: Buffer, from: number): number {
    if (!this.isCsv) return chunk.indexOf(LINE_FEED, from);
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === QUOTE) this.#isQuoted = !this.#isQuoted;
      else if (byte === LINE_FEED && (!this.#isQuoted || this.#isTooLong)) return at;
    }
    return -1;
  }

  #keep(bytes: Buffer): void {
    this.#restBytes += bytes.length;
    if (this.#restBytes > RECORD_BYTES_MAX) {
      this.#isTooLong = true;
      this.#rest = [];
    } else if (bytes.length > 0) {
      // The chunk is read into again.
      this.#rest.push(Buffer.from(bytes));
    }
  }

  #finish(tail: Buffer, feedBytes: number): TextRecord {
    this.#keep(tail);
    this.start += this.#restBytes + feedBytes;
    const joined = this.#isTooLong ? null : Buffer.concat(this.#rest);
    const length = joined === null || joined.at(-1) !== CARRIAGE_RETURN ? undefined : -1;
    this.#rest = [];
    this.#restBytes = 0;
    this.#isQuoted = false;
    this.#isTooLong = false;
    return { bytes: joined?.subarray(0, length) ?? null, end: this.start };
  }
}
