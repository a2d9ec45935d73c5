import {
  closeSync,
  existsSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  readdirSync,
  unlinkSync,
  writeSync,
  writevSync,
} from 'node:fs';
import { RetriableError } from '#contracts';

/** What a spool does to the disk; a test puts a bad disk in its place. */
export interface SpoolFiles {
  readonly closeSync: typeof closeSync;
  readonly fsync: (fd: number, done: (error: Error | null) => void) => void;
  readonly fsyncSync: typeof fsyncSync;
  readonly ftruncateSync: typeof ftruncateSync;
  readonly openSync: (path: string, flags: string) => number;
  readonly readSync: (fd: number, into: Buffer, at: number, length: number, from: number) => number;
  readonly unlinkSync: (path: string) => void;
  readonly writeSync: (fd: number, bytes: Buffer, at: number, length: number, to: number) => number;
  readonly writevSync: (fd: number, buffers: readonly Buffer[], to: number) => number;
}

export const DISK: SpoolFiles = {
  closeSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
  writevSync,
};

/** The disk or the quota is full: the same write MAY succeed later, and nothing was changed. */
export class DiskFullError extends RetriableError {
  constructor(dir: string, options?: ErrorOptions) {
    super(`the disk of the spool in ${dir} is full; free some space on it`, options);
  }
}

export const isDiskFull = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
};

/** Makes the names in a folder durable, as fsync of a file does not. */
export function syncFolder(dir: string, files: SpoolFiles = DISK): void {
  const fd = files.openSync(dir, 'r');
  try {
    files.fsyncSync(fd);
  } finally {
    files.closeSync(fd);
  }
}

export const SEGMENT_SUFFIX = '.spool';

/** Whether there is a spool in the folder: a new one should not begin without the position. */
export const spoolExists = (dir: string): boolean =>
  existsSync(dir) && readdirSync(dir).some((name) => name.endsWith(SEGMENT_SUFFIX));
