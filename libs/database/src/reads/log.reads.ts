import { type DataSource, LessThanOrEqual, MoreThan } from 'typeorm';
import { InvariantError } from '#contracts';
import { CheckpointEntity, LogKeyEntity, TileEntity } from '../entities/log.entities.js';
import { FactEntity } from '../entities/state.entities.js';
import { decodeChunk } from '../write/chunk.js';

const HASH_BYTES = 32;

/** The transparency log of a site: what anybody may check. */
export class LogReads {
  constructor(private readonly dataSource: DataSource) {}

  newestCheckpoint(siteId: string): Promise<CheckpointEntity | null> {
    return this.checkpoints.findOne({ where: { siteId }, order: { size: 'DESC' } });
  }

  checkpointOfSize(siteId: string, size: number): Promise<CheckpointEntity | null> {
    return this.checkpoints.findOneBy({ siteId, size });
  }

  /** The newest checkpoint whose time cosignature is not after `time`; null before the first. */
  checkpointAsOf(siteId: string, time: Date): Promise<CheckpointEntity | null> {
    return this.checkpoints.findOne({
      where: { siteId, signedAt: LessThanOrEqual(time) as never },
      order: { size: 'DESC' },
    });
  }

  /** Checkpoints of a size above `after`, smallest first. */
  checkpointsAfter(siteId: string, after: number, limit: number): Promise<CheckpointEntity[]> {
    return this.checkpoints.find({
      where: { siteId, size: MoreThan(after) },
      order: { size: 'ASC' },
      take: limit,
    });
  }

  /**
   * The first `width` hashes of a tile, null while the tree does not have them. A partial tile is a
   * prefix of what the tile has become since.
   */
  async tile(siteId: string, level: number, index: number, width: number): Promise<Buffer | null> {
    const found = await this.dataSource
      .getRepository(TileEntity)
      .findOneBy({ siteId, level, index });
    if (found === null || found.data.length < width * HASH_BYTES) return null;
    return found.data.subarray(0, width * HASH_BYTES);
  }

  /** Entries `from` … `to` − 1, fewer when the log ends before. Callers bound the range. */
  async entries(siteId: string, from: number, to: number): Promise<Uint8Array[]> {
    const chunks = await this.dataSource.query<
      { first_index: string; n: number; codec: string; body: Buffer }[]
    >(
      `SELECT first_index, n, codec, body FROM chunk
       WHERE site_id = $1 AND first_index < $3 AND first_index >= coalesce(
         (SELECT max(first_index) FROM chunk WHERE site_id = $1 AND first_index <= $2), 0)
       ORDER BY first_index`,
      [siteId, from, to],
    );
    const entries: Uint8Array[] = [];
    for (const { first_index, n, codec, body } of chunks) {
      const first = Number(first_index);
      const decoded = decodeChunk(codec, body);
      if (decoded.length !== n) {
        throw new InvariantError(
          `chunk ${first} of ${siteId} has ${decoded.length} entries, not ${n}`,
        );
      }
      entries.push(...decoded.slice(Math.max(0, from - first), Math.max(0, to - first)));
    }
    return entries;
  }

  /** The verifier key in use, null before the first signature. */
  async key(siteId: string, kind: 'log' | 'time'): Promise<string | null> {
    const found = await this.dataSource
      .getRepository(LogKeyEntity)
      .findOne({ where: { siteId, kind }, order: { createdAt: 'DESC' } });
    return found?.vkey ?? null;
  }

  /** Facts of a site with a seq above `after`, in order. */
  factsAfter(siteId: string, after: number, limit: number): Promise<FactEntity[]> {
    return this.dataSource
      .getRepository(FactEntity)
      .find({ where: { siteId, seq: MoreThan(after) }, order: { seq: 'ASC' }, take: limit });
  }

  private get checkpoints() {
    return this.dataSource.getRepository(CheckpointEntity);
  }
}
