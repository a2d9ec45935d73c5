import { createHash } from 'node:crypto';
import { fstatSync, readSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

/** How far a file was read. The bytes right before tell it from another file of the same inode. */
export interface FilePlace {
  readonly ino: number;
  readonly offset: number;
  /** Of the last bytes before `offset`. */
  readonly tail: string;
}

const placeSchema = z.strictObject({ ino: z.number(), offset: z.int().min(0), tail: z.string() });

const TAIL_BYTES = 128;

export const encodePlace = (place: FilePlace): string => JSON.stringify(place);

export const decodePlace = (value: string): FilePlace =>
  placeSchema.parse(JSON.parse(value) as unknown);

/** Reads back what was read before, so that a file that was written anew is seen. */
export function tailAt(fd: number, offset: number): string {
  const bytes = Buffer.alloc(Math.min(TAIL_BYTES, offset));
  const read = readSync(fd, bytes, 0, bytes.length, offset - bytes.length);
  return createHash('sha256').update(bytes.subarray(0, read)).digest('base64url').slice(0, 16);
}

/** Whether the file holds, before the place, what it held when the place was noted. */
export const holdsPlace = (fd: number, { offset, tail }: FilePlace): boolean =>
  fstatSync(fd).size >= offset && tailAt(fd, offset) === tail;

/** A file and its older ones, as a rotation names them: `x.csv.1`, `x.csv-20261124`. */
const ROTATED = /^[.-]\d[\d.T_:-]*$/;

export interface NamedFile {
  readonly path: string;
  readonly ino: number;
}

/** Oldest first, the file itself last; files that are away are left out. */
export function filesInOrder(path: string): NamedFile[] {
  const name = basename(path);
  const folder = dirname(path);
  const rotated = readdirSync(folder)
    .filter((other) => other.startsWith(name) && ROTATED.test(other.slice(name.length)))
    .sort((a, b) => ageOf(b, name) - ageOf(a, name))
    .flatMap((other) => statOf(join(folder, other)) ?? []);
  return [...rotated, ...(statOf(path) ?? [])];
}

/**
 * How old a rotated file is among its like. `x.2` is older than `x.1`, `x-20261124` than
 * `x-20261125`; the time of the last write would not do, it is the same for files of one moment.
 */
function ageOf(rotated: string, name: string): number {
  const digits = rotated.slice(name.length).replaceAll(/\D/g, '');
  return digits.length < 6 ? Number(digits) : -Number(digits);
}

function statOf(path: string): [NamedFile] | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true ? [{ path, ino: stat.ino }] : undefined;
}
