import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bytes, count, json, large, mass, orNull, text, time, whole } from './columns.js';

/** A lot, with what it is searched by. */
@Entity({ name: 'lot', synchronize: false })
export class LotEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'lot_id' })
  lotId: string;

  /** `lotId` without the site. */
  @Column({ ...text, name: 'local_id' })
  localId: string;

  @Column({ ...text, name: 'stream' })
  stream: string;

  @Column({ ...text, name: 'status' })
  status: string;

  @Column({ ...text, name: 'material_class' })
  materialClass: string;

  @Column({ ...orNull(text), name: 'visit_id' })
  visitId: string | null;

  @Column({ ...orNull(text), name: 'run_id' })
  runId: string | null;

  @Column({ type: 'text', array: true, name: 'parents' })
  parents: string[];

  /** Debits less credits of `W:lot:<lotId>`. */
  @Column({ ...mass, name: 'weighed_mg' })
  weighedMg: bigint;

  @Column({ ...large, name: 'pieces' })
  pieces: bigint;

  @Column({ ...time, name: 'opened_time' })
  openedTime: string;

  @Column({ ...count, name: 'opened_index' })
  openedIndex: number;

  @Column({ ...count, name: 'changed_index' })
  changedIndex: number;

  /** Chain-of-custody model of ISO 22095; null while it is not known what the lot is made of. */
  @Column({ ...orNull(text), name: 'model' })
  model: string | null;

  /** Runs that the material went through. */
  @Column({ ...whole, name: 'pass' })
  pass: number;

  @Column({ ...orNull(text), name: 'place' })
  place: string | null;

  /** The best grade that it was found to keep. */
  @Column({ ...orNull(text), name: 'keeps_grade' })
  keepsGrade: string | null;

  /** `encodeState` of #custody. */
  @Column({ ...json, name: 'state' })
  state: unknown;
}

/** A run of a line. */
@Entity({ name: 'run', synchronize: false })
export class RunEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'run_id' })
  runId: string;

  @Column({ ...text, name: 'status' })
  status: string;

  @Column({ ...orNull(text), name: 'line_id' })
  lineId: string | null;

  @Column({ ...text, name: 'stream' })
  stream: string;

  @Column({ ...orNull(text), name: 'recipe' })
  recipe: string | null;

  @Column({ ...mass, name: 'unaccounted_mg' })
  unaccountedMg: bigint;

  @Column({ ...large, name: 'pieces' })
  pieces: bigint;

  @Column({ ...time, name: 'opened_time' })
  openedTime: string;

  @Column({ ...orNull(time), name: 'closed_time' })
  closedTime: string | null;

  @Column({ ...count, name: 'opened_index' })
  openedIndex: number;

  @Column({ ...count, name: 'changed_index' })
  changedIndex: number;

  @Column({ ...json, name: 'state' })
  state: unknown;
}

/** A vehicle at the gate. */
@Entity({ name: 'visit', synchronize: false })
export class VisitEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'visit_id' })
  visitId: string;

  @Column({ ...orNull(text), name: 'direction' })
  direction: string | null;

  @Column({ ...count, name: 'changed_index' })
  changedIndex: number;

  @Column({ ...json, name: 'state' })
  state: unknown;
}

/** Lots that left the site. */
@Entity({ name: 'shipment', synchronize: false })
export class ShipmentEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'shipment_id' })
  shipmentId: string;

  /** Null: its dispatch is not booked here. */
  @Column({ ...orNull(text), name: 'consignee' })
  consignee: string | null;

  @Column({ ...count, name: 'log_index' })
  logIndex: number;

  @Column({ ...json, name: 'state' })
  state: unknown;
}

/** A fact of the ledger, as it is published. */
@Entity({ name: 'fact', synchronize: false })
export class FactEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...count, name: 'seq' })
  seq: number;

  @Column({ ...count, name: 'log_index' })
  logIndex: number;

  @Column({ ...text, name: 'type' })
  type: string;

  @Column({ ...text, name: 'subject' })
  subject: string;

  /** Stream time of its cause. */
  @Column({ ...time, name: 'time' })
  time: string;

  @Column({ ...json, name: 'attributes' })
  attributes: unknown;

  /** The `data` slice of its log entry. */
  @Column({ ...bytes, name: 'data' })
  data: Buffer;

  /** Commit. */
  @Column({ ...time, name: 'record_time' })
  recordTime: string;
}

/** What an operator has to look at. */
@Entity({ name: 'exception', synchronize: false })
export class ExceptionEntity {
  @PrimaryColumn({ ...text, name: 'site_id' })
  siteId: string;

  @PrimaryColumn({ ...text, name: 'exception_id' })
  exceptionId: string;

  @Column({ ...text, name: 'code' })
  code: string;

  @Column({ ...text, name: 'severity' })
  severity: string;

  /** Id of the lot, run, source … it is about. */
  @Column({ ...text, name: 'about' })
  about: string;

  @Column({ ...json, name: 'figures' })
  figures: Record<string, string>;

  @Column({ ...time, name: 'time' })
  time: string;

  @Column({ ...count, name: 'raised_index' })
  raisedIndex: number;

  @Column({ ...orNull(count), name: 'closed_index' })
  closedIndex: number | null;

  @Column({ ...orNull(text), name: 'closed_reason' })
  closedReason: string | null;

  @Column({ ...orNull(count), name: 'acknowledged_index' })
  acknowledgedIndex: number | null;

  /** Pseudonymous. */
  @Column({ ...orNull(text), name: 'acknowledged_by' })
  acknowledgedBy: string | null;
}
