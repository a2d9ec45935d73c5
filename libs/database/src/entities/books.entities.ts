import { Column, Entity, PrimaryColumn } from 'typeorm';
import { count, large, mass, orNull, text, time, whole } from './columns.js';

/** An account of a book: `<book>:<kind>:<owner>[:<part>]`. */
@Entity({ name: 'account', synchronize: false })
export class AccountEntity {
  @PrimaryColumn({ ...whole, name: 'id' })
  id: number;

  @Column({ ...text, name: 'site_id' })
  siteId: string;

  @Column({ ...text, name: 'key' })
  key: string;

  @Column({ ...text, name: 'book' })
  book: 'W' | 'E' | 'C';

  @Column({ ...text, name: 'kind' })
  kind: string;

  @Column({ ...text, name: 'owner' })
  owner: string;

  @Column({ ...orNull(text), name: 'part' })
  part: string | null;
}

/** Gross debits and credits of an account; both only grow. */
@Entity({ name: 'balance', synchronize: false })
export class BalanceEntity {
  @PrimaryColumn({ ...whole, name: 'account_id' })
  accountId: number;

  @Column({ ...mass, name: 'debits_mg' })
  debitsMg: bigint;

  @Column({ ...mass, name: 'credits_mg' })
  creditsMg: bigint;
}

/** One debit, one credit; insert only. */
@Entity({ name: 'posting', synchronize: false })
export class PostingEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...count, name: 'from_index' })
  fromIndex: number;

  /** Number within `fromIndex`. */
  @PrimaryColumn({ ...whole, name: 'leg' })
  leg: number;

  /** Exclusive. */
  @Column({ ...count, name: 'to_index' })
  toIndex: number;

  @Column({ ...whole, name: 'debit' })
  debit: number;

  @Column({ ...whole, name: 'credit' })
  credit: number;

  @Column({ ...mass, name: 'mass_mg' })
  massMg: bigint;

  @Column({ ...text, name: 'code' })
  code: string;

  /** Time of the entry at `fromIndex`. */
  @Column({ ...time, name: 'event_time' })
  eventTime: string;
}

/** Cumulative totals of a stream and class. */
@Entity({ name: 'total', synchronize: false })
export class TotalEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'stream' })
  stream: string;

  @PrimaryColumn({ ...text, name: 'class' })
  class: string;

  @Column({ ...mass, name: 'weighed_debits_mg' })
  weighedDebitsMg: bigint;

  @Column({ ...mass, name: 'weighed_credits_mg' })
  weighedCreditsMg: bigint;

  @Column({ ...mass, name: 'estimated_debits_mg' })
  estimatedDebitsMg: bigint;

  @Column({ ...mass, name: 'estimated_credits_mg' })
  estimatedCreditsMg: bigint;

  @Column({ ...large, name: 'pieces' })
  pieces: bigint;

  @Column({ ...count, name: 'changed_index' })
  changedIndex: number;
}
