import { NotFoundException } from '@nestjs/common';
import { SITE_ID } from '#contracts';
import type { DataSource, EntityManager } from 'typeorm';

/** Reads that see one moment of the database. */
export type Snapshot = EntityManager;

/** Header that names the tree size of the site's log that an answer rests on. */
export const TREE_SIZE_HEADER = 'urbanmine-tree-size';

/** What a site-scoped answer rests on: everything in the log below this size, and nothing else. */
export interface Resting<Answer> {
  readonly treeSize: number;
  readonly answer: Answer;
}

export class Snapshots {
  constructor(private readonly dataSource: DataSource) {}

  /** Outside a transaction: one statement is one moment already. */
  get single(): Snapshot {
    return this.dataSource.manager;
  }

  /** Several statements over one moment. */
  read<Answer>(work: (db: Snapshot) => Promise<Answer>): Promise<Answer> {
    return this.dataSource.transaction('REPEATABLE READ', work);
  }

  /**
   * The same for one site, with the size its log has at that moment, or had at `asOf`. `work` is
   * told that size as `below` where only what lies below it may be told, else null. 404 when there
   * is no such site, or no checkpoint as old as that.
   */
  readSite<Answer>(
    siteId: string,
    asOf: string | undefined,
    work: (db: Snapshot, below: number | null) => Promise<Answer>,
  ): Promise<Resting<Answer>> {
    return this.read(async (db) => {
      const treeSize = await treeSizeOf(db, siteId);
      if (treeSize === null) throw noSite(siteId);
      if (asOf === undefined) return { treeSize, answer: await work(db, null) };
      const then = await signedSize(db, siteId, asOf);
      return { treeSize: then, answer: await work(db, then) };
    });
  }

  /** The size that a site's log had at `asOf`. 404 as above. */
  async sizeAsOf(siteId: string, asOf: string): Promise<number> {
    if ((await treeSizeOf(this.single, siteId)) === null) throw noSite(siteId);
    return signedSize(this.single, siteId, asOf);
  }
}

const noSite = (siteId: string): NotFoundException =>
  new NotFoundException(`there is no site "${siteId}"; /v1/sites lists those there are`);

async function signedSize(db: Snapshot, siteId: string, asOf: string): Promise<number> {
  const checkpoint = await checkpointAsOf(db, siteId, asOf);
  if (checkpoint !== null) return checkpoint.size;
  throw new NotFoundException(
    `asOf: the log of "${siteId}" has no checkpoint as old as ${asOf}; ` +
      `/log/${siteId}/checkpoints lists those there are`,
  );
}

/**
 * The newest checkpoint that was cosigned at `asOf` or before; null before the first. A cosignature
 * tells whole seconds, so those of `asOf` count.
 */
export async function checkpointAsOf(
  db: Snapshot,
  siteId: string,
  asOf: string,
): Promise<{ readonly size: number; readonly signedAt: Date } | null> {
  const [row] = await db.query<{ size: string; signed_at: Date }[]>(
    `SELECT size, signed_at FROM checkpoint
     WHERE site_id = $1 AND signed_at < date_trunc('second', $2::timestamptz) + interval '1 second'
     ORDER BY size DESC LIMIT 1`,
    [siteId, asOf],
  );
  return row === undefined ? null : { size: Number(row.size), signedAt: row.signed_at };
}

async function treeSizeOf(db: Snapshot, siteId: string): Promise<number | null> {
  if (!SITE_ID.test(siteId)) return null;
  const rows = await db.query<{ tree_size: string }[]>(
    'SELECT tree_size FROM site WHERE site_id = $1',
    [siteId],
  );
  return rows[0] === undefined ? null : Number(rows[0].tree_size);
}
