import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bytes, count, json, orNull, text, whole } from './columns.js';

/** Credits of a characteristic in a period (book C). */
@Entity({ name: 'credit', synchronize: false })
export class CreditEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'characteristic' })
  characteristic: string;

  @PrimaryColumn({ ...whole, name: 'period' })
  period: number;

  @Column({ ...count, name: 'changed_index' })
  changedIndex: number;

  /** `encodeState` of #custody. */
  @Column({ ...json, name: 'state' })
  state: unknown;
}

/** A claim on a lot, or a unit of book and claim. */
@Entity({ name: 'claim', synchronize: false })
export class ClaimEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'claim_id' })
  claimId: string;

  @Column({ ...text, name: 'characteristic' })
  characteristic: string;

  @Column({ ...text, name: 'model' })
  model: string;

  @Column({ ...text, name: 'status' })
  status: string;

  @Column({ ...orNull(text), name: 'lot_id' })
  lotId: string | null;

  @Column({ ...count, name: 'changed_index' })
  changedIndex: number;

  /** `encodeState` of #custody. */
  @Column({ ...json, name: 'state' })
  state: unknown;
}

/** A closed period of the books. */
@Entity({ name: 'period', synchronize: false })
export class PeriodEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...whole, name: 'period' })
  period: number;

  @Column({ ...count, name: 'from_index' })
  fromIndex: number;

  /** Exclusive: log index of its `period.closed`. */
  @Column({ ...count, name: 'to_index' })
  toIndex: number;

  @Column({ ...count, name: 'fact_seq' })
  factSeq: number;

  /** RFC 6962 root over all balances of the site. */
  @Column({ ...bytes, name: 'balances_root' })
  balancesRoot: Buffer;
}

/** What the office says of an event now. */
@Entity({ name: 'correction', synchronize: false })
export class CorrectionEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'source' })
  source: string;

  @PrimaryColumn({ ...count, name: 'boot' })
  boot: number;

  @PrimaryColumn({ ...count, name: 'seq' })
  seq: number;

  /** Log index of the event that erred. */
  @Column({ ...count, name: 'errs' })
  errs: number;

  @Column({ ...count, name: 'changed_index' })
  changedIndex: number;

  /** `encodeState` of #custody. */
  @Column({ ...json, name: 'state' })
  state: unknown;
}
