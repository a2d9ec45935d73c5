import {
  closeSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  unlinkSync,
  writeSync,
  writevSync,
} from 'node:fs';
import { join } from 'node:path';
import { InvariantError } from '#contracts';
import {
  type SegmentHeader,
  type SegmentRecord,
  headerRecord,
  readSegment,
} from './segment-record.js';

const SUFFIX = '.spool';

/** A segment file while events in it are kept. */
export interface Segment {
  readonly path: string;
  readonly fd: number;
  size: number;
  /** Events in it that are not safe. */
  live: number;
}

/** Where a line stands. */
export interface Place {
  readonly segment: Segment;
  readonly start: number;
  readonly end: number;
}

export interface ReplayedSegment {
  readonly segment: Segment;
  readonly records: readonly SegmentRecord[];
}

/** Names sort as boots and seqs do. */
const segmentName = (header: SegmentHeader): string =>
  `${String(header.boot).padStart(12, '0')}-${String(header.lastSeq + 1).padStart(16, '0')}${SUFFIX}`;

/**
 * The segment files of one spool: append-only, each begins with a header from which the chain goes
 * on. Written through to the operating system at once (a killed process loses nothing), to the disk
 * by `sync` (a power cut loses what was not synced). After a failed write or sync nothing more is
 * accepted: what the disk holds then is not known.
 */
export class Journal {
  readonly replayed: readonly ReplayedSegment[];
  readonly #dir: string;
  readonly #segments = new Set<Segment>();
  #active: Segment | null = null;
  #failure: Error | null = null;
  #syncing: Segment | null = null;

  constructor(dir: string) {
    this.#dir = dir;
    const names = readdirSync(dir).filter((name) => name.endsWith(SUFFIX));
    this.replayed = names.sort().flatMap((name) => {
      const path = join(dir, name);
      const { records, goodBytes } = readSegment(readFileSync(path));
      if (goodBytes === 0) {
        // Not even its header reached the disk, so nothing of it was ever sent.
        unlinkSync(path);
        return [];
      }
      const fd = openSync(path, 'r+');
      ftruncateSync(fd, goodBytes);
      // What a killed process left in the page cache counts as durable from here on.
      fsyncSync(fd);
      const segment: Segment = { path, fd, size: goodBytes, live: 0 };
      this.#segments.add(segment);
      return [{ segment, records }];
    });
    this.#active = this.replayed.at(-1)?.segment ?? null;
  }

  /** Bytes of the active segment; null: there is none, `begin` one. */
  get activeBytes(): number | null {
    return this.#active?.size ?? null;
  }

  /** Bytes on disk. */
  get bytes(): number {
    let sum = 0;
    for (const segment of this.#segments) sum += segment.size;
    return sum;
  }

  /** Begins the next segment; the one before is on disk then. */
  begin(header: SegmentHeader): void {
    this.#assertWhole();
    const before = this.#active;
    this.#guard(() => {
      if (before !== null) fsyncSync(before.fd);
      const path = join(this.#dir, segmentName(header));
      const fd = openSync(path, 'wx+');
      const bytes = headerRecord(header);
      writeSync(fd, bytes, 0, bytes.length, 0);
      fsyncSync(fd);
      const dirFd = openSync(this.#dir, 'r');
      fsyncSync(dirFd);
      closeSync(dirFd);
      this.#active = { path, fd, size: bytes.length, live: 0 };
      this.#segments.add(this.#active);
    });
    if (before !== null) this.#dropIfDone(before);
  }

  append(head: Buffer, line: Buffer): Place {
    this.#assertWhole();
    const segment = this.#active;
    if (segment === null) throw new InvariantError('no segment was begun');
    const length = head.length + line.length;
    try {
      const written = writevSync(segment.fd, [head, line], segment.size);
      if (written !== length) throw new Error(`only ${written} of ${length} bytes were written`);
    } catch (cause) {
      this.#guard(() => {
        ftruncateSync(segment.fd, segment.size);
      });
      throw cause;
    }
    const start = segment.size + head.length;
    segment.size += length;
    segment.live++;
    return { segment, start, end: start + line.length };
  }

  read(place: Place): Buffer {
    const line = Buffer.allocUnsafe(place.end - place.start);
    readSync(place.segment.fd, line, 0, line.length, place.start);
    return line;
  }

  /** The event at this place is not needed any more. */
  release(place: Place): void {
    place.segment.live--;
    this.#dropIfDone(place.segment);
  }

  /** Everything appended before the call is on disk when it resolves. */
  async sync(): Promise<void> {
    this.#assertWhole();
    const segment = this.#active;
    if (segment === null) return;
    this.#syncing = segment;
    try {
      await new Promise<void>((resolve, reject) => {
        fsync(segment.fd, (error) => {
          if (error === null) resolve();
          else reject(error);
        });
      });
    } catch (cause) {
      // After a failed fsync the pages may count as clean: a second one would prove nothing.
      this.#failure ??= cause as Error;
      throw cause;
    } finally {
      this.#syncing = null;
      this.#dropIfDone(segment);
    }
  }

  close(): void {
    if (this.#active !== null && this.#failure === null) fsyncSync(this.#active.fd);
    for (const segment of this.#segments) closeSync(segment.fd);
    this.#segments.clear();
  }

  #dropIfDone(segment: Segment): void {
    const inUse = segment === this.#active || segment === this.#syncing || segment.live > 0;
    if (inUse || !this.#segments.delete(segment)) return;
    closeSync(segment.fd);
    unlinkSync(segment.path);
  }

  #assertWhole(): void {
    if (this.#failure !== null) {
      throw new InvariantError(`the spool in ${this.#dir} failed before`, { cause: this.#failure });
    }
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (cause) {
      this.#failure = cause as Error;
      throw new InvariantError(`the spool in ${this.#dir} cannot be written`, { cause });
    }
  }
}
