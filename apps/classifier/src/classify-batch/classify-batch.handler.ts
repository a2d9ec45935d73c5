import { Injectable } from '@nestjs/common';
import { type PoisonError, topicName } from '#contracts';
import {
  type OutgoingRecord,
  type PlacedRecord,
  type RecordBatch,
  type RecordProducer,
  atOffset,
  deadLetter,
} from '#kafka';
import type { ClassifierMetrics } from '../classifier.metrics.js';
import { type MappedRecord, classifyRecord } from './classify-record.js';
import { rejectRecord } from './reject-record.js';

/** Name in the dead letters' `rejected-by`. */
const BY = 'classifier';

/**
 * A pure map of batches. The broker has everything that a batch became before its offset is
 * committed: a process that dies in between does the batch again, and the ledger drops what it has
 * by (source, boot, seq).
 */
@Injectable()
export class ClassifyBatchHandler {
  private readonly classified: string;
  private readonly deadLetters: string;
  private connected: Promise<void> | undefined;

  constructor(
    private readonly producer: RecordProducer,
    private readonly metrics: ClassifierMetrics,
    topicPrefix: string,
  ) {
    this.classified = topicName(topicPrefix, 'classifiedEvents');
    this.deadLetters = topicName(topicPrefix, 'deadLetters');
  }

  async classify(batch: RecordBatch): Promise<void> {
    const target = { topic: this.classified, partition: batch.partition };
    const endTimer = this.metrics.seconds.startTimer();
    const mapped = batch.records.map((record) =>
      atOffset(record.offset, () => classifyRecord(record, target)),
    );
    endTimer();
    await this.send(mapped.map(({ record }) => record));
    this.count(mapped);
  }

  /** Keeps the bytes first: a mark in the stream never stands without them. */
  async reject(record: PlacedRecord, error: PoisonError): Promise<void> {
    await this.send([deadLetter(this.deadLetters, BY, record, error)]);
    await this.send([rejectRecord(record, error, this.classified)]);
    this.metrics.rejects.inc({ reason: error.reason });
  }

  private async send(records: readonly OutgoingRecord[]): Promise<void> {
    // With the first batch, not at the start: the process answers while the broker is away.
    this.connected ??= this.producer.connect();
    try {
      await this.connected;
    } catch (error) {
      this.connected = undefined;
      throw error;
    }
    await this.producer.send(records);
  }

  private count(mapped: readonly MappedRecord[]): void {
    const classes = new Map<string, number>();
    const flags = new Map<string, number>();
    const add = (counts: Map<string, number>, name: string): void => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    };
    for (const { frame } of mapped) {
      if (frame === undefined) continue;
      this.metrics.frames.inc({ outcome: frame.known ? 'classified' : 'unknown-model' });
      for (const index of frame.class) add(classes, frame.classes[index]!);
      for (let at = 1; at < frame.flagged.length; at += 2) {
        add(flags, frame.flags[frame.flagged[at]!]!);
      }
    }
    for (const [name, pieces] of classes) this.metrics.pieces.inc({ class: name }, pieces);
    for (const [flag, pieces] of flags) this.metrics.flags.inc({ flag }, pieces);
  }
}
