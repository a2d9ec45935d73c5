import { Inject, Injectable } from '@nestjs/common';
import { type PoisonError, RetriableError, ingressSource, siteOf, topicName } from '#contracts';
import { type PlacedRecord, type RecordBatch, atOffset, deadLetter } from '#kafka';
import { GatewayMetrics } from '../gateway.metrics.js';
import { TOPIC_PREFIX } from '../gateway.tokens.js';
import { KafkaSink } from '../receive-events/kafka-sink.js';
import type { Caller } from '../registry/directory.js';
import { RegistryKeeper } from '../registry/registry.keeper.js';
import { checkRecord, rejectIngress } from './check-record.js';

/**
 * Carries what stations write to topics of their own into the stream of their site. The stream has
 * all of a batch before its offset is committed: a process that dies in between forwards it again,
 * and the ledger drops what it has by (source, boot, seq).
 */
@Injectable()
export class ForwardIngressHandler {
  constructor(
    private readonly sink: KafkaSink,
    private readonly registry: RegistryKeeper,
    private readonly metrics: GatewayMetrics,
    @Inject(TOPIC_PREFIX) private readonly prefix: string,
  ) {}

  /** The topics of the stations that are enrolled; of others nothing is read until they are. */
  async findTopics(): Promise<readonly string[]> {
    const directory = this.registry.current;
    const topics = await this.sink.topics();
    return topics.filter((topic) => {
      const source = ingressSource(this.prefix, topic);
      return (
        source !== undefined && directory?.callerOfSource(siteOf(source), source) !== undefined
      );
    });
  }

  async forward(batch: RecordBatch): Promise<void> {
    const caller = this.callerOf(batch.topic);
    const events = batch.records.map((record) =>
      atOffset(record.offset, () => checkRecord(record, caller)),
    );
    await this.sink.append(caller, events);
    this.metrics.accepted(caller, events);
  }

  /** Keeps the bytes first: a mark in the stream never stands without them. */
  async reject(record: PlacedRecord, error: PoisonError): Promise<void> {
    const caller = this.callerOf(record.topic);
    const letters = topicName(this.prefix, 'deadLetters');
    await this.sink.write([deadLetter(letters, 'gateway', record, error)]);
    const stream = topicName(this.prefix, 'stationEvents');
    await this.sink.write([rejectIngress(record, error, caller, stream)]);
    this.metrics.refused(caller, error.reason);
  }

  private callerOf(topic: string): Caller {
    const source = ingressSource(this.prefix, topic);
    const caller =
      source === undefined
        ? undefined
        : this.registry.current?.callerOfSource(siteOf(source), source);
    if (caller !== undefined) return caller;
    throw new RetriableError(`whose topic ${topic} is, no registry in force says`);
  }
}
