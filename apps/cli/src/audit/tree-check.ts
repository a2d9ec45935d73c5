import {
  type Frontier,
  HASH_BYTES,
  TILE_WIDTH,
  emptyFrontier,
  equalBytes,
  frontierRoot,
  integrate,
  leafHash,
  tilePath,
  tileWidth,
} from '#tlog';
import type { Findings } from './findings.js';
import type { LogSource } from './log-source.js';
import type { SignedHead } from './read-head.js';

/**
 * Builds the tree again from the entries: the root at every signed size, and every hash tile that
 * the log serves for its newest size, full or partial (I15, I16, I17).
 */
export class TreeCheck {
  roots = 0;
  tiles = 0;
  private frontier: Frontier = emptyFrontier();
  /** The tile of each level that is still growing. */
  private readonly growing: Buffer[] = [];
  private nextHead = 0;

  constructor(
    private readonly source: LogSource,
    private readonly heads: readonly SignedHead[],
    private readonly size: number,
    private readonly findings: Findings,
  ) {
    this.compareRoots();
  }

  /** The root of what was appended so far. */
  root(): Uint8Array {
    return frontierRoot(this.frontier);
  }

  /** Appends entries; returns the tiles that are complete now, to be given to `compareTile`. */
  append(entries: readonly Uint8Array[]): CompleteTile[] {
    const done: CompleteTile[] = [];
    let at = 0;
    while (at < entries.length) {
      const untilHead = (this.heads[this.nextHead]?.size ?? Infinity) - this.frontier.size;
      const end = Math.min(entries.length, at + Math.max(1, untilHead));
      const { frontier, tiles } = integrate(this.frontier, entries.slice(at, end).map(leafHash));
      this.frontier = frontier;
      for (const { level, index, from, data } of tiles) {
        const tile = from === 0 ? Buffer.alloc(TILE_WIDTH * HASH_BYTES) : this.growing[level]!;
        tile.set(data, from * HASH_BYTES);
        this.growing[level] = tile;
        const width = from + data.length / HASH_BYTES;
        if (width === TILE_WIDTH) done.push({ level, index, width, data: tile });
      }
      at = end;
      this.compareRoots();
    }
    return done;
  }

  /** Tiles at the right edge that are not full. */
  partialTiles(): CompleteTile[] {
    return this.growing.flatMap((data, level) => {
      const index = Math.floor(this.size / TILE_WIDTH ** (level + 1));
      const width = tileWidth(level, index, this.size);
      return width === 0 ? [] : [{ level, index, width, data }];
    });
  }

  /** False: the log does not serve it. */
  async compareTile({ level, index, width, data }: CompleteTile): Promise<boolean> {
    const path = tilePath(level, index, width);
    const served =
      (await this.source.read(path)) ?? (await this.source.read(tilePath(level, index)));
    if (served === null) return false;
    this.tiles++;
    const made = data.subarray(0, width * HASH_BYTES);
    const isLong = served.length === made.length || served.length === TILE_WIDTH * HASH_BYTES;
    if (isLong && served.subarray(0, made.length).equals(made)) return true;
    const first = firstDifference(served, made);
    const what = `${path}: hash ${first} is not that of the entries below it`;
    this.findings.add('tile-mismatch', (index * TILE_WIDTH + first) * TILE_WIDTH ** level, what);
    return true;
  }

  private compareRoots(): void {
    for (;;) {
      const head = this.heads[this.nextHead];
      if (head === undefined || head.size > this.frontier.size) return;
      this.nextHead++;
      this.roots++;
      if (equalBytes(head.root, this.root())) continue;
      const what = `${head.from}: the entries do not hash to the signed root of size ${head.size}`;
      this.findings.add('root-mismatch', head.size, what);
    }
  }
}

export interface CompleteTile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
  readonly data: Buffer;
}

function firstDifference(served: Buffer, made: Buffer): number {
  for (let at = 0; at < made.length; at += HASH_BYTES) {
    const end = at + HASH_BYTES;
    if (!served.subarray(at, end).equals(made.subarray(at, end))) return at / HASH_BYTES;
  }
  return made.length / HASH_BYTES;
}
