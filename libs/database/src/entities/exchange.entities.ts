import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bytes, count, json, text } from './columns.js';

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
