import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bytes, count, json, text, time, whole } from './columns.js';

/** What the ledger of another site is to be told, once by (destination, seq). */
@Entity({ name: 'notice', synchronize: false })
export class NoticeEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'destination' })
  destination: string;

  @PrimaryColumn({ ...count, name: 'seq' })
  seq: number;

  @Column({ ...json, name: 'attributes' })
  attributes: unknown;

  /** Its `data`, to be sent in these bytes. */
  @Column({ ...bytes, name: 'data' })
  data: Buffer;
}

/** What opens a commitment, encrypted to the site: the one thing that may be erased. */
@Entity({ name: 'opening', synchronize: false })
export class OpeningEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'source' })
  source: string;

  @PrimaryColumn({ ...count, name: 'boot' })
  boot: number;

  @PrimaryColumn({ ...count, name: 'seq' })
  seq: number;

  @PrimaryColumn({ ...whole, name: 'place' })
  place: number;

  /** The visit, lot, shipment or receipt whose event commits to it. */
  @Column({ ...text, name: 'about' })
  about: string;

  @Column({ ...text, name: 'field' })
  field: string;

  @Column({ ...text, name: 'commitment' })
  commitment: string;

  @Column({ ...text, name: 'jwe' })
  jwe: string;
}

/** That an opening was erased, by whom and why. */
@Entity({ name: 'erasure', synchronize: false })
export class ErasureEntity {
  @PrimaryColumn({ ...count, name: 'erasure_id' })
  erasureId: number;

  @Column({ ...text, name: 'site_id' })
  siteId: string;

  @Column({ ...text, name: 'about' })
  about: string;

  @Column({ ...text, name: 'field' })
  field: string;

  @Column({ ...text, name: 'commitment' })
  commitment: string;

  @Column({ ...text, name: 'actor' })
  actor: string;

  @Column({ ...text, name: 'reason' })
  reason: string;

  @Column({ ...time, name: 'erased_at' })
  erasedAt: string;
}
