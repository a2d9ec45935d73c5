import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InvariantError } from '#contracts';
import { DiskReserve } from './disk-reserve.js';
import {
  type InputMark,
  type SegmentHeader,
  type SegmentRecord,
  headerRecord,
  markRecord,
  readSegment,
} from './segment-record.js';
import {
  DISK,
  DiskFullError,
  SEGMENT_SUFFIX,
  type SpoolFiles,
  isDiskFull,
  syncFolder,
} from './spool-files.js';

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
  `${String(header.boot).padStart(12, '0')}-${String(header.lastSeq + 1).padStart(16, '0')}${SEGMENT_SUFFIX}`;

/**
 * The segment files of one spool: append-only, each begins with a header from which the chain goes
 * on. Written through to the operating system at once (a killed process loses nothing), to the disk
 * by `sync` (a power cut loses what was not synced). A full disk changes nothing and may be tried
 * again; after any other failed write, and after a failed sync, nothing more is accepted: what the
 * disk holds then is not known.
 */
export class Journal {
  readonly replayed: readonly ReplayedSegment[];
  readonly #dir: string;
  readonly #files: SpoolFiles;
  readonly #reserve: DiskReserve;
  readonly #segments = new Set<Segment>();
  #active: Segment | null = null;
  /** Was active until the newest was begun; MUST outlive it until that has an event. */
  #before: Segment | null = null;
  #failure: Error | null = null;
  /** Something was appended to the active segment after its last sync began. */
  #isDirty = false;
  #syncing: Segment | null = null;

  constructor(dir: string, files: SpoolFiles = DISK) {
    this.#dir = dir;
    this.#files = files;
    this.#reserve = new DiskReserve(dir, files);
    const names = readdirSync(dir).filter((name) => name.endsWith(SEGMENT_SUFFIX));
    this.replayed = names.sort().flatMap((name) => {
      const path = join(dir, name);
      const bytes = readFileSync(path);
      const { records, goodBytes } = readSegment(bytes);
      if (goodBytes === 0) {
        // Not even its header reached the disk, so nothing of it was ever sent.
        files.unlinkSync(path);
        return [];
      }
      const fd = files.openSync(path, 'r+');
      if (goodBytes < bytes.length) files.ftruncateSync(fd, goodBytes);
      // What a killed process left in the page cache counts as durable from here on.
      files.fsyncSync(fd);
      const segment: Segment = { path, fd, size: goodBytes, live: 0 };
      this.#segments.add(segment);
      return [{ segment, records }];
    });
    this.#active = this.replayed.at(-1)?.segment ?? null;
    this.#reserve.hold();
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

  /**
   * Begins the next segment; the one before is on disk then. `urgent` may use the reserve. Throws a
   * DiskFullError, and the segment before stays the active one.
   */
  begin(header: SegmentHeader, urgent = false): void {
    this.#assertWhole();
    this.#retryWithReserve(urgent, () => {
      this.#begin(header);
    });
  }

  #begin(header: SegmentHeader): void {
    const files = this.#files;
    const before = this.#active;
    const path = join(this.#dir, segmentName(header));
    const bytes = headerRecord(header);
    let fd: number | undefined;
    let full: unknown;
    this.#guard(() => {
      if (before !== null) files.fsyncSync(before.fd);
      try {
        fd = files.openSync(path, 'wx+');
        if (files.writeSync(fd, bytes, 0, bytes.length, 0) < bytes.length) full = 'short write';
      } catch (cause) {
        if (!isDiskFull(cause)) throw cause;
        full = cause;
      }
      if (full !== undefined) {
        if (fd !== undefined) {
          files.closeSync(fd);
          files.unlinkSync(path);
        }
        return;
      }
      files.fsyncSync(fd!);
      syncFolder(this.#dir, files);
    });
    if (full !== undefined) throw new DiskFullError(this.#dir, { cause: full });
    this.#active = { path, fd: fd!, size: bytes.length, live: 0 };
    this.#segments.add(this.#active);
    this.#before = before;
    this.#isDirty = false;
  }

  /** `urgent` may use the reserve. Throws a DiskFullError, and nothing was appended. */
  append(head: Buffer, line: Buffer, urgent = false): Place {
    const segment = this.#write([head, line], urgent);
    const end = segment.size;
    segment.live++;
    const previous = this.#before;
    this.#before = null;
    if (previous !== null) this.#dropIfDone(previous);
    return { segment, start: end - line.length, end };
  }

  /** A mark without an event. */
  mark(mark: InputMark): void {
    this.#write([markRecord(mark)], false);
  }

  /** Appends to the active segment. */
  #write(buffers: readonly Buffer[], urgent: boolean): Segment {
    this.#assertWhole();
    const segment = this.#active;
    if (segment === null) throw new InvariantError('no segment was begun');
    const length = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    this.#retryWithReserve(urgent, () => {
      this.#writeWhole(segment, buffers, length);
    });
    segment.size += length;
    this.#isDirty = true;
    return segment;
  }

  #writeWhole(segment: Segment, buffers: readonly Buffer[], length: number): void {
    const { writevSync, ftruncateSync } = this.#files;
    let cause: unknown;
    try {
      const written = writevSync(segment.fd, buffers, segment.size);
      if (written === length) return;
      // A disk becomes full in the middle of a write.
      cause = new Error(`only ${written} of ${length} bytes were written`);
    } catch (error) {
      cause = error;
      if (!isDiskFull(error)) {
        this.#guard(() => {
          throw error;
        });
      }
    }
    this.#guard(() => {
      ftruncateSync(segment.fd, segment.size);
    });
    throw new DiskFullError(this.#dir, { cause });
  }

  #retryWithReserve(urgent: boolean, action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(urgent && error instanceof DiskFullError && this.#reserve.give())) throw error;
      action();
    }
  }

  read(place: Place): Buffer {
    const line = Buffer.allocUnsafe(place.end - place.start);
    const read = this.#files.readSync(place.segment.fd, line, 0, line.length, place.start);
    if (read === line.length) return line;
    throw new InvariantError(`${place.segment.path} lost its bytes from ${place.start} on`);
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
    if (segment === null || !this.#isDirty) return;
    this.#isDirty = false;
    this.#syncing = segment;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#files.fsync(segment.fd, (error) => {
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
    const { fsyncSync, closeSync } = this.#files;
    if (this.#active !== null && this.#failure === null) fsyncSync(this.#active.fd);
    for (const segment of this.#segments) closeSync(segment.fd);
    this.#segments.clear();
  }

  #dropIfDone(segment: Segment): void {
    const inUse =
      segment === this.#active ||
      segment === this.#before ||
      segment === this.#syncing ||
      segment.live > 0;
    if (inUse || !this.#segments.delete(segment)) return;
    this.#files.closeSync(segment.fd);
    this.#files.unlinkSync(segment.path);
    this.#reserve.hold();
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
