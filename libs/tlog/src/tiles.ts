import { requireSize } from './bytes.js';
import { LogFormatError } from './errors.js';

/** Tree levels that one tile level spans. */
export const TILE_HEIGHT = 8;
/** Hashes of a full tile, entries of a full bundle. */
export const TILE_WIDTH = 256;
/** Bytes of the largest entry a bundle can hold. */
export const MAX_ENTRY_BYTES = 0xffff;

/** A tile as it is for one tree size: `width` hashes, 1 … 256; below 256 it is partial. */
export interface TileRef {
  level: number;
  index: number;
  width: number;
}

export interface ParsedTilePath {
  /** Tile level 0 … 63, or `entries` for an entry bundle. */
  level: number | 'entries';
  index: number;
  /** 256 for a full tile. */
  width: number;
}

/** Hashes that a tree of `size` leaves has at a tile level: ⌊size / 256^level⌋. */
function hashesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** Width of the partial tile at `level` for a tree of `size` leaves; 0 when there is none. */
export function partialWidth(level: number, size: number): number {
  requireSize(size, 'tree size');
  return hashesAt(level, size) % TILE_WIDTH;
}

/** Width that a tile has in a tree of `size` leaves, 0 … 256; 0 when the tree has no such tile. */
export function tileWidth(level: number, index: number, size: number): number {
  return Math.max(0, Math.min(TILE_WIDTH, hashesAt(level, size) - index * TILE_WIDTH));
}

/** Every hash tile of a tree, by level, then index; lazily, since there are size / 255 of them. */
export function* tilesOfSize(size: number): Generator<TileRef> {
  requireSize(size, 'tree size');
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const full = Math.floor(hashesAt(level, size) / TILE_WIDTH);
    for (let index = 0; index < full; index++) yield { level, index, width: TILE_WIDTH };
    const width = partialWidth(level, size);
    if (width > 0) yield { level, index: full, width };
  }
}

/** `tile/<L>/<N>[.p/<W>]` (C2SP tlog-tiles); no suffix when `width` is absent or 256. */
export function tilePath(level: number, index: number, width: number = TILE_WIDTH): string {
  if (!Number.isInteger(level) || level < 0 || level > 63) {
    throw new RangeError(`a tile level is 0 … 63, not ${level}`);
  }
  return `tile/${level}/${indexPath(index, width)}`;
}

/** `tile/entries/<N>[.p/<W>]` (C2SP tlog-tiles); no suffix when `width` is absent or 256. */
export function entriesPath(index: number, width: number = TILE_WIDTH): string {
  return `tile/entries/${indexPath(index, width)}`;
}

function indexPath(index: number, width: number): string {
  requireSize(index, 'tile index');
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH) {
    throw new RangeError(`a tile width is 1 … 256, not ${width}`);
  }
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g)!;
  const last = groups.pop()!;
  const path = [...groups.map((group) => `x${group}`), last].join('/');
  return width === TILE_WIDTH ? path : `${path}.p/${width}`;
}

const PATH = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/;

/**
 * Inverse of `tilePath` and `entriesPath`. LogFormatError for any path they do not give: leading
 * zeros, missing groups, widths outside 1 … 255, levels above 63, indexes above 2^53 − 1.
 */
export function parseTilePath(path: string): ParsedTilePath {
  const match = PATH.exec(path);
  const [, levelText, groups, widthText] = match ?? [];
  if (levelText === undefined || groups === undefined) throw notCanonical(path);
  const index = Number(groups.replace(/[x/]/g, ''));
  const width = widthText === undefined ? TILE_WIDTH : Number(widthText);
  const level = levelText === 'entries' ? levelText : Number(levelText);
  if (!Number.isSafeInteger(index) || width < 1 || width > TILE_WIDTH) throw notCanonical(path);
  if (level !== 'entries' && level > 63) throw notCanonical(path);
  // One form per tile: printing what was read must give the path back.
  const canonical = level === 'entries' ? entriesPath(index, width) : tilePath(level, index, width);
  if (canonical !== path) throw notCanonical(path);
  return { level, index, width };
}

function notCanonical(path: string): LogFormatError {
  return new LogFormatError(`not a canonical tile path: ${JSON.stringify(path.slice(0, 80))}`);
}

/** Entries, each after its length as 2 bytes big-endian. RangeError above 65,535 bytes an entry. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES) {
      throw new RangeError(`an entry has at most 65,535 bytes, not ${entry.length}`);
    }
    out[at] = entry.length >> 8;
    out[at + 1] = entry.length & 0xff;
    out.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return out;
}

/** Entries of a bundle, as views into it. LogFormatError unless the bytes end with an entry. */
export function decodeBundle(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 2 > bytes.length) throw new LogFormatError('bundle ends inside a length');
    const end = at + 2 + ((bytes[at]! << 8) | bytes[at + 1]!);
    if (end > bytes.length) throw new LogFormatError('bundle ends inside an entry');
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
