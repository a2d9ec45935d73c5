import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bytes, count, text, time, whole } from './columns.js';

/** The log entries of one commit: see `decodeChunk`. */
@Entity({ name: 'chunk', synchronize: false })
export class ChunkEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...count, name: 'first_index' })
  firstIndex: number;

  @Column({ ...whole, name: 'n' })
  n: number;

  @Column({ ...text, name: 'codec' })
  codec: string;

  @Column({ ...bytes, name: 'body' })
  body: Buffer;
}

/** A tile of hashes; a partial tile is a prefix of the full one. */
@Entity({ name: 'tile', synchronize: false })
export class TileEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ type: 'smallint', name: 'level' })
  level: number;

  @PrimaryColumn({ ...count, name: 'idx' })
  index: number;

  /** 1 … 256 hashes of 32 bytes. */
  @Column({ ...bytes, name: 'data' })
  data: Buffer;
}

/** A signed tree head (C2SP tlog-checkpoint). */
@Entity({ name: 'checkpoint', synchronize: false })
export class CheckpointEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...count, name: 'size' })
  size: number;

  @Column({ ...bytes, name: 'root' })
  root: Buffer;

  /** With the signature of the log and the cosignature with a time. */
  @Column({ ...text, name: 'note' })
  note: string;

  /** Time of the cosignature. */
  @Column({ ...time, name: 'signed_at' })
  signedAt: string;
}

/** What a witness said of a checkpoint (C2SP tlog-witness). */
@Entity({ name: 'cosignature', synchronize: false })
export class CosignatureEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...count, name: 'size' })
  size: number;

  /** Name of its key. */
  @PrimaryColumn({ ...text, name: 'witness' })
  witness: string;

  /** Signature line of the note, with its newline. */
  @Column({ ...text, name: 'line' })
  line: string;
}

/** A verifier key of a log; the newest of a kind is in use. */
@Entity({ name: 'log_key', synchronize: false })
export class LogKeyEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'kind' })
  kind: 'log' | 'time';

  @PrimaryColumn({ ...text, name: 'vkey' })
  vkey: string;

  @Column({ ...time, name: 'created_at' })
  createdAt: string;
}

/** That the log itself says which key may sign it from some entry on. */
@Entity({ name: 'log_key_adoption', synchronize: false })
export class LogKeyAdoptionEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  /** SHA-256 of the vkey, hex. */
  @Column({ ...text, name: 'digest' })
  digest: string;

  @PrimaryColumn({ ...count, name: 'log_index' })
  logIndex: number;
}

/** That the log itself says which version of a book is in force from some entry on. */
@Entity({ name: 'book_adoption', synchronize: false })
export class BookAdoptionEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...count, name: 'log_index' })
  logIndex: number;

  @Column({ ...text, name: 'reference' })
  reference: 'book' | 'recipe' | 'prices';

  @Column({ ...text, name: 'name' })
  name: string;

  @Column({ ...count, name: 'version' })
  version: number;

  /** SHA-256 of the book's canonical JSON, hex. */
  @Column({ ...text, name: 'digest' })
  digest: string;
}

export type PublishedTopic = 'custody-events' | 'lots' | 'totals' | 'checkpoints';

/** How far a topic has been told. */
@Entity({ name: 'publish_cursor', synchronize: false })
export class PublishCursorEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'topic' })
  topic: PublishedTopic;

  /** Facts: last seq; lots and totals: log size; checkpoints: size. */
  @Column({ ...count, name: 'position' })
  position: number;
}
