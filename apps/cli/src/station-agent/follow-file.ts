import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type FilePlace,
  type NamedFile,
  decodePlace,
  encodePlace,
  filesInOrder,
  holdsPlace,
  tailAt,
} from './file-place.js';
import { type Input, type Take, pause } from './input.js';
import { RecordSplitter, type TextRecord } from './record-splitter.js';

export interface FollowOptions {
  readonly path: string;
  readonly isCsv: boolean;
  readonly hasHeader: boolean;
  /** End at the end of the file instead of waiting for more. */
  readonly untilEnd: boolean;
  /** The newest mark of this input, from the spool. */
  readonly mark: string | undefined;
  /** Something that a person should know. */
  readonly onProblem: (why: string) => void;
  readonly pollMs?: number;
}

const CHUNK_BYTES = 65_536;
const POLL_MS = 200;

interface OpenFile extends NamedFile {
  readonly fd: number;
  readonly header: Buffer | null;
  splitter: RecordSplitter;
  /** Everything before is taken. */
  offset: number;
  /** Everything before was read. */
  readTo: number;
  tail: string;
}

/**
 * Follows a file that grows: over rotation (by name or by copy and cut), over a file that is made
 * anew, and over its own death, from the place that is in the spool with the last event. Records end
 * with a line feed; the last of a file that was rotated away may lack it.
 */
export class FollowedFile implements Input {
  readonly name: string;
  readonly #options: FollowOptions;
  #chunk = Buffer.allocUnsafe(CHUNK_BYTES);

  constructor(options: FollowOptions) {
    this.#options = options;
    this.name = inputName(options.path);
  }

  async run(take: Take, signal: AbortSignal): Promise<void> {
    let file = this.#resume();
    let isFirst = true;
    while (!signal.aborted) {
      if (file === null) {
        if (!(await pause(this.#options.pollMs ?? POLL_MS, signal))) return;
        file = this.#first();
        continue;
      }
      try {
        if (isFirst) await this.#keepPlace(file, take);
        isFirst = false;
        if (!(await this.#readOn(file, take, signal))) return;
      } finally {
        closeSync(file.fd);
      }
      file = this.#after(file);
    }
  }

  /** Reads to the end, and on while the file is the one that is written; false: nothing follows. */
  async #readOn(file: OpenFile, take: Take, signal: AbortSignal): Promise<boolean> {
    let isLeft = false;
    for (;;) {
      this.#checkAnew(file);
      let read = this.#read(file);
      while (read !== null && !signal.aborted) {
        for (const record of read) await this.#deliver(file, record, take);
        read = this.#read(file);
      }
      if (signal.aborted) return false;
      const hasNext = filesInOrder(this.#options.path).at(-1)?.ino !== file.ino;
      // Read once more after it was left: the writer may have held it open for a last line.
      if (isLeft || (this.#options.untilEnd && !hasNext)) {
        const last = file.splitter.end();
        if (last !== undefined) await this.#deliver(file, last, take);
        return hasNext;
      }
      isLeft = hasNext;
      if (!(await pause(this.#options.pollMs ?? POLL_MS, signal))) return false;
    }
  }

  /** From the start, so that a rotation before the first record leaves nothing unread. */
  async #keepPlace({ path, ino, offset, tail }: OpenFile, take: Take): Promise<void> {
    const mark = { input: this.name, value: encodePlace({ ino, offset, tail }) };
    await take({ bytes: null, header: null, place: path, mark, isPlaceOnly: true });
  }

  async #deliver(file: OpenFile, { bytes, end }: TextRecord, take: Take): Promise<void> {
    const place = `${file.path}: byte ${file.offset}`;
    const tail = tailAt(file.fd, end);
    const value = encodePlace({ ino: file.ino, offset: end, tail });
    const isBlank = bytes !== null && bytes.toString('latin1').trim() === '';
    if (!isBlank) {
      await take({ bytes, header: file.header, place, mark: { input: this.name, value } });
    }
    file.offset = end;
    file.tail = tail;
  }

  /** Null: at the end. */
  #read(file: OpenFile): TextRecord[] | null {
    const read = readSync(file.fd, this.#chunk, 0, CHUNK_BYTES, file.readTo);
    if (read === 0) return null;
    file.readTo += read;
    return file.splitter.push(this.#chunk.subarray(0, read));
  }

  /** A file that was cut, or cut and written again, is another one of the same name. */
  #checkAnew(file: OpenFile): void {
    if (fstatSync(file.fd).size >= file.readTo && holdsPlace(file.fd, file)) return;
    this.#options.onProblem(`${file.path} was written anew: reading it from its beginning`);
    const start = file.header === null ? 0 : this.#headerEnd(file.fd);
    file.splitter = new RecordSplitter(this.#options.isCsv, start);
    file.offset = start;
    file.readTo = start;
    file.tail = tailAt(file.fd, start);
  }

  #resume(): OpenFile | null {
    const { mark, path, onProblem } = this.#options;
    if (mark === undefined) return this.#first();
    const place = decodePlace(mark);
    const files = filesInOrder(path);
    const candidates = [...files.filter(({ ino }) => ino === place.ino), ...files.toReversed()];
    for (const file of candidates) {
      const opened = this.#open(file, place);
      if (opened !== null) return opened;
    }
    onProblem(`${path}: the place where it was left is in no file; reading it from its beginning`);
    return this.#first();
  }

  #first(): OpenFile | null {
    const file = filesInOrder(this.#options.path).find(({ path }) => path === this.#options.path);
    return file === undefined ? null : this.#open(file, null);
  }

  /** The file that was begun when this one was left. */
  #after(left: NamedFile): OpenFile | null {
    const files = filesInOrder(this.#options.path);
    const next = files[files.findIndex(({ ino }) => ino === left.ino) + 1] ?? files.at(-1);
    return next === undefined || next.ino === left.ino ? null : this.#open(next, null);
  }

  /** Null: the place is not in this file, or its header is not whole yet. */
  #open({ path, ino }: NamedFile, place: FilePlace | null): OpenFile | null {
    const fd = openSync(path, 'r');
    const headerEnd = this.#options.hasHeader ? this.#headerEnd(fd) : 0;
    if ((this.#options.hasHeader && headerEnd === 0) || (place && !holdsPlace(fd, place))) {
      closeSync(fd);
      return null;
    }
    const header = this.#options.hasHeader ? Buffer.alloc(headerEnd) : null;
    if (header !== null) readSync(fd, header, 0, headerEnd, 0);
    const start = Math.max(headerEnd, place?.offset ?? 0);
    return {
      path,
      ino,
      fd,
      header: header === null ? null : withoutLineEnd(header),
      splitter: new RecordSplitter(this.#options.isCsv, start),
      offset: start,
      readTo: start,
      tail: tailAt(fd, start),
    };
  }

  /** 0: not whole yet. */
  #headerEnd(fd: number): number {
    const splitter = new RecordSplitter(this.#options.isCsv);
    const read = readSync(fd, this.#chunk, 0, CHUNK_BYTES, 0);
    return splitter.push(this.#chunk.subarray(0, read))[0]?.end ?? 0;
  }
}

const withoutLineEnd = (record: Buffer): Buffer =>
  Buffer.from(record.toString().replace(/\r?\n$/, ''));

/** The same file has the same name whatever it is called from. */
export const inputName = (path: string): string => `file:${resolve(path)}`;
