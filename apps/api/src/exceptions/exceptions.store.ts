import { ExceptionEntity } from '#database';
import { type SelectQueryBuilder } from 'typeorm';
import type { Snapshot } from '../answers/snapshots.js';
import type { ExceptionAnswer } from './exceptions.schema.js';

export interface ExceptionFilter {
  readonly site?: string | undefined;
  readonly open?: boolean | undefined;
  /** Time and id of the last one of the page before. */
  readonly after: readonly [string, string] | null;
  readonly limit: number;
}

/** Newest first. */
export async function listExceptions(
  db: Snapshot,
  { site, open, after, limit }: ExceptionFilter,
): Promise<ExceptionAnswer[]> {
  const query = newestFirst(db).limit(limit);
  if (site !== undefined) query.andWhere('e.site_id = :site', { site });
  if (open !== undefined) query.andWhere(`e.closed_index IS ${open ? '' : 'NOT '}NULL`);
  if (after !== null) {
    const [time, id] = after;
    query.andWhere('(e.time, e.exception_id) < (:time, :id)', { time, id });
  }
  return (await query.getMany()).map(toAnswer);
}

/** The newest 100 about a lot, a run or a source. */
export async function exceptionsAbout(db: Snapshot, about: string): Promise<ExceptionAnswer[]> {
  const query = newestFirst(db).where('e.about = :about', { about }).limit(100);
  return (await query.getMany()).map(toAnswer);
}

const newestFirst = (db: Snapshot): SelectQueryBuilder<ExceptionEntity> =>
  db
    .getRepository(ExceptionEntity)
    .createQueryBuilder('e')
    .orderBy('e.time', 'DESC')
    .addOrderBy('e.exception_id', 'DESC');

const toAnswer = (row: ExceptionEntity): ExceptionAnswer => ({
  siteId: row.siteId,
  exceptionId: row.exceptionId,
  code: row.code,
  // The ledger writes no other.
  severity: row.severity as ExceptionAnswer['severity'],
  about: row.about,
  figures: row.figures,
  time: row.time,
  raisedIndex: row.raisedIndex,
  closedIndex: row.closedIndex,
  closedReason: row.closedReason,
});
