import { concatBytes } from './bytes.js';
import type { TileDelta } from './frontier.js';
import type { TileReader } from './proofs.js';
import { HASH_BYTES } from './tree.js';

/**
 * Tiles in memory: the least that a store must do with the deltas of `integrate`. One growing row a
 * tile serves every partial width, because a partial tile is a byte prefix of the full one.
 */
export class MemoryTiles {
  readonly #tiles = new Map<string, Uint8Array>();

  /** RangeError when a delta does not continue its tile: the store and the frontier disagree. */
  append(deltas: readonly TileDelta[]): void {
    for (const { level, index, from, data } of deltas) {
      const tile = this.#tiles.get(`${level}/${index}`) ?? new Uint8Array(0);
      if (tile.length !== from * HASH_BYTES) {
        throw new RangeError(`tile ${level}/${index} does not have ${from} hashes`);
      }
      this.#tiles.set(`${level}/${index}`, concatBytes([tile, data]));
    }
  }

  /** RangeError for a tile that does not have `width` hashes. */
  readonly read: TileReader = (level, index, width) => {
    const tile = this.#tiles.get(`${level}/${index}`);
    if (!tile || tile.length < width * HASH_BYTES) {
      throw new RangeError(`no tile ${level}/${index} of width ${width}`);
    }
    return tile.subarray(0, width * HASH_BYTES);
  };

  /** Tiles held, full and partial. */
  get count(): number {
    return this.#tiles.size;
  }
}
