import { fstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DISK, type SpoolFiles } from './spool-files.js';

const noSpace = (): Error => Object.assign(new Error('no space left'), { code: 'ENOSPC' });

/** A disk of a size, which remembers what of each file would outlive a power cut. */
export class FaultyDisk implements SpoolFiles {
  freeBytes = Infinity;
  /** A file that goes gives its bytes back. */
  freesOnUnlink = false;
  /** Every write fails, and not for want of space. */
  fails = false;
  readonly #open = new Map<number, string>();
  readonly #synced = new Map<string, number>();
  readonly readSync = DISK.readSync;

  /** Spool files of a folder that are open, with their size and how much of it is durable. */
  files(dir: string): Map<string, { readonly size: number; readonly synced: number }> {
    const files = [...this.#open].filter(
      ([, path]) => dirname(path) === dir && path.endsWith('.spool'),
    );
    return new Map(
      files.map(([fd, path]) => [
        path,
        { size: fstatSync(fd).size, synced: this.#synced.get(path) ?? 0 },
      ]),
    );
  }

  readonly openSync = (path: string, flags: string): number => {
    if (flags.startsWith('w') && this.freeBytes <= 0) throw noSpace();
    const fd = DISK.openSync(path, flags);
    this.#open.set(fd, path);
    return fd;
  };

  readonly closeSync = (fd: number): void => {
    this.#open.delete(fd);
    DISK.closeSync(fd);
  };

  /** Real ones would only take time: the kernel does not die here. */
  readonly fsyncSync = (fd: number): void => {
    const path = this.#open.get(fd);
    if (path !== undefined) this.#synced.set(path, fstatSync(fd).size);
  };

  readonly fsync = (fd: number, done: (error: Error | null) => void): void => {
    this.fsyncSync(fd);
    setImmediate(done, null);
  };

  readonly ftruncateSync = (fd: number, size = 0): void => {
    this.freeBytes += fstatSync(fd).size - size;
    DISK.ftruncateSync(fd, size);
  };

  readonly unlinkSync = (path: string): void => {
    if (this.freesOnUnlink) this.freeBytes += statSync(path).size;
    DISK.unlinkSync(path);
  };

  readonly writeSync = (
    fd: number,
    bytes: Buffer,
    at: number,
    length: number,
    to: number,
  ): number => {
    const room = this.#take(length);
    return DISK.writeSync(fd, bytes, at, room, to);
  };

  /** A disk becomes full in the middle of a write. */
  readonly writevSync = (fd: number, buffers: readonly Buffer[], to: number): number => {
    const bytes = Buffer.concat(buffers);
    const room = this.#take(bytes.length);
    return DISK.writeSync(fd, bytes, 0, room, to);
  };

  #take(length: number): number {
    if (this.fails) throw Object.assign(new Error('input/output error'), { code: 'EIO' });
    if (this.freeBytes <= 0) throw noSpace();
    const room = Math.min(length, this.freeBytes);
    this.freeBytes -= room;
    return room;
  }
}
