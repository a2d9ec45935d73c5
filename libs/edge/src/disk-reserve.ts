import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type SpoolFiles, isDiskFull } from './spool-files.js';

const RESERVE_BYTES = 262_144;

/**
 * Space held back on the disk for voids and seals. Without it a full disk would be for ever: an
 * event that the gateway refuses blocks the upload until its void is written, and only the upload
 * frees space.
 */
export class DiskReserve {
  readonly #path: string;

  constructor(
    dir: string,
    private readonly files: SpoolFiles,
  ) {
    this.#path = join(dir, 'reserve');
  }

  /** Takes the space when it is not taken; on a full disk the next call tries again. */
  hold(): void {
    if (existsSync(this.#path)) return;
    const { openSync, writeSync, closeSync, unlinkSync } = this.files;
    let written = 0;
    let fd: number | undefined;
    try {
      fd = openSync(this.#path, 'wx');
      written = writeSync(fd, Buffer.alloc(RESERVE_BYTES, 1), 0, RESERVE_BYTES, 0);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
    if (fd !== undefined && written < RESERVE_BYTES) unlinkSync(this.#path);
  }

  /** Gives the space to what must be written now; false: there is none. */
  give(): boolean {
    if (!existsSync(this.#path)) return false;
    this.files.unlinkSync(this.#path);
    return true;
  }
}
