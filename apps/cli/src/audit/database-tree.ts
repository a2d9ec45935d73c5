import {
  type Frontier,
  TILE_WIDTH,
  emptyFrontier,
  frontierRoot,
  integrate,
  leafHash,
  tileWidth,
} from '#tlog';

export interface TileRow {
  readonly level: number;
  readonly index: number;
  readonly data: Buffer;
}

/** The tree over the entries that a database stores, with all its tiles. */
export class DatabaseTree {
  frontier: Frontier = emptyFrontier();
  private readonly tiles = new Map<string, Buffer[]>();

  get size(): number {
    return this.frontier.size;
  }

  root(): Uint8Array {
    return frontierRoot(this.frontier);
  }

  append(entries: readonly Buffer[]): void {
    const { frontier, tiles } = integrate(this.frontier, entries.map(leafHash));
    this.frontier = frontier;
    for (const { level, index, data } of tiles) {
      const key = `${level}/${index}`;
      const parts = this.tiles.get(key) ?? [];
      parts.push(Buffer.from(data));
      this.tiles.set(key, parts);
    }
  }

  /** Stored tiles that are not those of the entries, missing ones and others too many. */
  differences(rows: readonly TileRow[]): string[] {
    const stored = new Map(rows.map(({ level, index, data }) => [`${level}/${index}`, data]));
    const found: string[] = [];
    for (const key of new Set([...this.tiles.keys(), ...stored.keys()])) {
      const made = Buffer.concat(this.tiles.get(key) ?? []);
      const held = stored.get(key) ?? Buffer.alloc(0);
      if (held.equals(made)) continue;
      const [level, index] = key.split('/').map(Number);
      const width = tileWidth(level!, index!, this.size);
      const kind = width === TILE_WIDTH ? 'full' : `of width ${width}`;
      found.push(`tile ${key} (${kind}) in the database is not that of the entries below it`);
    }
    return found;
  }
}
