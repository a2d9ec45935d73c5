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

  /** The same for one site, with the size its log has at that moment. 404 when there is none. */
  readSite<Answer>(
    siteId: string,
    work: (db: Snapshot) => Promise<Answer>,
  ): Promise<Resting<Answer>> {
    return this.read(async (db) => {
      const treeSize = await treeSizeOf(db, siteId);
      if (treeSize === null) {
        throw new NotFoundException(
          `there is no site "${siteId}"; /v1/sites lists those there are`,
        );
      }
      return { treeSize, answer: await work(db) };
    });
  }
}

async function treeSizeOf(db: Snapshot, siteId: string): Promise<number | null> {
  if (!SITE_ID.test(siteId)) return null;
  const rows = await db.query<{ tree_size: string }[]>(
    'SELECT tree_size FROM site WHERE site_id = $1',
    [siteId],
  );
  return rows[0] === undefined ? null : Number(rows[0].tree_size);
}
