import { ExceptionEntity } from '#database';
import { type SelectQueryBuilder } from 'typeorm';
import type { Snapshot } from '../answers/snapshots.js';
import type { ExceptionAnswer } from './exceptions.schema.js';

export interface ExceptionFilter {
  readonly site?: string | undefined;
  readonly open?: boolean | undefined;
  /** Only what the log held below this index counts; null = all. */
  readonly below: number | null;
  /** Time and id of the last one of the page before. */
  readonly after: readonly [string, string] | null;
  readonly limit: number;
}

/** Newest first. */
export async function listExceptions(
  db: Snapshot,
  { site, open, below, after, limit }: ExceptionFilter,
): Promise<ExceptionAnswer[]> {
  const query = newestFirst(db, below).limit(limit);
  if (site !== undefined) query.andWhere('e.site_id = :site', { site });
  if (open !== undefined) {
    // Null all the way when it is not closed.
    const closed = below === null ? 'e.closed_index IS NOT NULL' : 'e.closed_index < :below';
    query.andWhere(`(${closed}) IS ${open ? 'NOT ' : ''}TRUE`);
  }
  if (after !== null) {
    const [time, id] = after;
    query.andWhere('(e.time, e.exception_id) < (:time, :id)', { time, id });
  }
  return (await query.getMany()).map((row) => toAnswer(row, below));
}

/** The newest 100 about a lot, a run or a source. */
export async function exceptionsAbout(
  db: Snapshot,
  about: string,
  below: number | null,
): Promise<ExceptionAnswer[]> {
  const query = newestFirst(db, below).andWhere('e.about = :about', { about }).limit(100);
  return (await query.getMany()).map((row) => toAnswer(row, below));
}

function newestFirst(db: Snapshot, below: number | null): SelectQueryBuilder<ExceptionEntity> {
  const query = db
    .getRepository(ExceptionEntity)
    .createQueryBuilder('e')
    .orderBy('e.time', 'DESC')
    .addOrderBy('e.exception_id', 'DESC');
  if (below !== null) query.where('e.raised_index < :below', { below });
  return query;
}

const toAnswer = (row: ExceptionEntity, below: number | null): ExceptionAnswer => ({
  siteId: row.siteId,
  exceptionId: row.exceptionId,
  code: row.code,
  // The ledger writes no other.
  severity: row.severity as ExceptionAnswer['severity'],
  about: row.about,
  figures: row.figures,
  time: row.time,
  raisedIndex: row.raisedIndex,
  ...closingOf(row, below),
});

/** Nobody knew of a closing that is not in the log yet. */
const closingOf = (
  { closedIndex, closedReason }: ExceptionEntity,
  below: number | null,
): Pick<ExceptionAnswer, 'closedIndex' | 'closedReason'> =>
  closedIndex === null || (below !== null && closedIndex >= below)
    ? { closedIndex: null, closedReason: null }
    : { closedIndex, closedReason };
