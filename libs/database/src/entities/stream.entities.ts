import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bytes, count, json, large, orNull, text, time, whole } from './columns.js';

/** Where a partition of the stream stands and who may go on from there. */
@Entity({ name: 'fence', synchronize: false })
export class FenceEntity {
  @PrimaryColumn({ ...text, name: 'topic' })
  topic: string;

  @PrimaryColumn({ ...whole, name: 'partition' })
  partition: number;

  @Column({ ...text, name: 'cluster_id' })
  clusterId: string;

  /** Grows with every claim; a writer with an older one is a zombie. */
  @Column({ ...count, name: 'epoch' })
  epoch: number;

  @Column({ ...text, name: 'owner' })
  owner: string;

  @Column({ ...large, name: 'next_offset' })
  nextOffset: bigint;

  /** SHA-256 of the record before `nextOffset`: see `recordDigest`. */
  @Column({ ...orNull(bytes), name: 'last_digest' })
  lastDigest: Buffer | null;

  @Column({ ...time, name: 'claimed_at' })
  claimedAt: string;
}

/** A site, its log and its clock. */
@Entity({ name: 'site', synchronize: false })
export class SiteEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @Column({ ...whole, name: 'partition' })
  partition: number;

  @Column({ ...count, name: 'tree_size' })
  treeSize: number;

  @Column({ ...bytes, name: 'root' })
  root: Buffer;

  /** `encodeFrontier` of #tlog. */
  @Column({ ...bytes, name: 'frontier' })
  frontier: Buffer;

  @Column({ ...count, name: 'fact_seq' })
  factSeq: number;

  /** Largest ingest time seen. */
  @Column({ ...time, name: 'stream_time' })
  streamTime: string;

  @Column({ ...orNull(whole), name: 'registry_version' })
  registryVersion: number | null;

  @Column({ ...orNull(text), name: 'registry_digest' })
  registryDigest: string | null;

  /** What the office has put in force: rules, conversion factors, open period. */
  @Column({ ...json, name: 'policy' })
  policy: unknown;

  /** `ScaleWatch` of #custody, by scale. */
  @Column({ ...json, name: 'scales' })
  scales: unknown;

  /** `SensorWatch` of #custody, by sensor and analyte. */
  @Column({ ...json, name: 'sensors' })
  sensors: unknown;

  @Column({ ...time, name: 'committed_at' })
  committedAt: string;
}

/** A version of the enrolment of a site. */
@Entity({ name: 'registry', synchronize: false })
export class RegistryEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...whole, name: 'version' })
  version: number;

  /** SHA-256 of `body`, hex. */
  @Column({ ...text, name: 'digest' })
  digest: string;

  /** `encodeRegistry` of #contracts. */
  @Column({ ...bytes, name: 'body' })
  body: Buffer;

  /** When the gateway took its `reference.adopted`; null = stored, not announced yet. */
  @Column({ ...orNull(time), name: 'announced_at' })
  announcedAt: string | null;

  /** Log index from which it is in force; null = announced only. */
  @Column({ ...orNull(count), name: 'adopted_index' })
  adoptedIndex: number | null;
}

/** Completeness of one boot of one source. */
@Entity({ name: 'boot', synchronize: false })
export class BootEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'source' })
  source: string;

  @PrimaryColumn({ ...count, name: 'boot' })
  boot: number;

  @Column({ ...count, name: 'position' })
  position: number;

  /** Has open slots or parked records. */
  @Column({ type: 'boolean', name: 'waiting' })
  waiting: boolean;

  @Column({ ...count, name: 'accepted' })
  accepted: number;

  @Column({ ...count, name: 'duplicates' })
  duplicates: number;

  @Column({ ...orNull(time), name: 'last_time' })
  lastTime: string | null;

  /** `encodeState` of #custody. */
  @Column({ ...json, name: 'state' })
  state: unknown;
}

/** What is kept of 64 seqs of a boot, to tell a copy from other bytes; a ring of 1,024. */
@Entity({ name: 'digest_block', synchronize: false })
export class DigestBlockEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'source' })
  source: string;

  @PrimaryColumn({ ...count, name: 'boot' })
  boot: number;

  /** `block % 1024`. */
  @PrimaryColumn({ type: 'smallint', name: 'slot' })
  slot: number;

  @Column({ ...count, name: 'block' })
  block: number;

  @Column({ ...bytes, name: 'digests' })
  digests: Buffer;
}

/** A record that waits for a lower seq. */
@Entity({ name: 'parked', synchronize: false })
export class ParkedEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'source' })
  source: string;

  @PrimaryColumn({ ...count, name: 'boot' })
  boot: number;

  @PrimaryColumn({ ...count, name: 'seq' })
  seq: number;

  @Column({ ...json, name: 'attributes' })
  attributes: unknown;

  @Column({ ...bytes, name: 'data' })
  data: Buffer;

  @Column({ ...count, name: 'ingest_time_ms' })
  ingestTimeMs: number;
}
