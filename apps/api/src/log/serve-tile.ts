import { LogFormatError, type ParsedTilePath, parseTilePath, tileWidth } from '#tlog';

/** What a path under `/log/<site>/` asks for, when a log of that size has it. */
export interface ServableTile {
  readonly tile: ParsedTilePath;
  /** Hashes or entries asked for, 1 … 256; the tile in the tree may have more. */
  readonly width: number;
}

/**
 * The tile or entry bundle that `path` names, or null: not canonical (C2SP tlog-tiles gives each one
 * form), empty, or not covered by a tree of `size`. A partial width below what the tree has is
 * served as well: it was asked for by a client with an older checkpoint.
 */
export function servableTile(path: string, size: number): ServableTile | null {
  const tile = parsed(path);
  if (tile === null) return null;
  const level = tile.level === 'entries' ? 0 : tile.level;
  const { index, width } = tile;
  return width <= tileWidth(level, index, size) ? { tile, width } : null;
}

function parsed(path: string): ParsedTilePath | null {
  try {
    return parseTilePath(path);
  } catch (error) {
    if (error instanceof LogFormatError) return null;
    throw error;
  }
}
