import { RetriableError } from '#contracts';
import type { Kafka, Producer, RecordMetadata, TopicMessages } from 'kafkajs';
import { type KafkaLogger, RETRY, rootCause } from './client.js';
import { explicitPartitioner } from './partitioner.js';
import {
  type OutgoingRecord,
  type QueuedRecord,
  recordBytes,
  RecordQueue,
  type RequestLimits,
} from './record-queue.js';

export interface ProducerOptions {
  readonly logger: KafkaLogger;
  /**
   * How long the first record of a request waits for company, in ms. 0 for callers that hand over
   * batches; 5 to 10 for many concurrent small sends, because cost is per request.
   */
  readonly lingerMs?: number;
  /** Bytes that may wait in memory while the broker is slow or away. Default 32 MB. */
  readonly maxQueuedBytes?: number;
  /** A send that is not acknowledged in this time is rejected. Default: it waits. */
  readonly ackTimeoutMs?: number;
  readonly limits?: RequestLimits;
}

export interface RecordProducer {
  connect(): Promise<void>;
  /**
   * Resolves once all in-sync replicas have every record, with the offset of each (-1n where the
   * broker only says "already had it"). Records of one partition are written in the order in which
   * `send` was called. Rejects with a RetriableError when the queue is full, the acknowledgement is
   * late, or the producer is closing: some of the records may have been written all the same.
   */
  send(records: readonly OutgoingRecord[]): Promise<readonly bigint[]>;
  /** Bytes that wait to be sent or acknowledged. */
  readonly queuedBytes: number;
  /** Not ready while the queue is more than half full: the broker does not keep up. */
  readiness(): { readonly ready: true } | { readonly ready: false; readonly reason: string };
  /** Refuses new sends, writes what waits, disconnects. */
  close(): Promise<void>;
}

/** Larger than any record of ours and below the broker's cap of 1 MB a batch. */
const RECORD_BYTES_MAX = 900_000;

interface Ticket {
  readonly offsets: bigint[];
  remaining: number;
  settled: boolean;
  timer?: NodeJS.Timeout;
  resolve(offsets: readonly bigint[]): void;
  reject(error: unknown): void;
}

/**
 * An idempotent producer with one request under way, so that neither a retry nor a restart of the
 * broker doubles or reorders what one `send` wrote. What a caller sends again is written again:
 * readers tell by (source, boot, seq).
 */
export function createProducer(kafka: Kafka, options: ProducerOptions): RecordProducer {
  return new QueueingProducer(kafka, options);
}

class QueueingProducer implements RecordProducer {
  private readonly queue: RecordQueue<Ticket>;
  private readonly maxQueuedBytes: number;
  private readonly lingerMs: number;
  private producer: Producer;
  private inFlightBytes = 0;
  private closing = false;
  private pumping: Promise<void> | undefined;
  private wake: (() => void) | undefined;

  constructor(
    private readonly kafka: Kafka,
    private readonly options: ProducerOptions,
  ) {
    this.queue = new RecordQueue(options.limits);
    this.maxQueuedBytes = options.maxQueuedBytes ?? 32_000_000;
    this.lingerMs = options.lingerMs ?? 0;
    this.producer = this.newProducer();
  }

  get queuedBytes(): number {
    return this.queue.bytes + this.inFlightBytes;
  }

  connect(): Promise<void> {
    return this.producer.connect();
  }

  readiness(): ReturnType<RecordProducer['readiness']> {
    if (this.queuedBytes * 2 <= this.maxQueuedBytes) return { ready: true };
    return { ready: false, reason: `${this.queuedBytes} bytes wait for the broker` };
  }

  send(records: readonly OutgoingRecord[]): Promise<readonly bigint[]> {
    if (records.length === 0) return Promise.resolve([]);
    if (this.closing) return Promise.reject(new RetriableError('the producer is closing'));
    const sizes = records.map(recordBytes);
    const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
    const problem = this.refusal(records, sizes, total);
    if (problem !== undefined) return Promise.reject(problem);
    return new Promise((resolve, reject) => {
      const ticket: Ticket = {
        offsets: new Array<bigint>(records.length).fill(-1n),
        remaining: records.length,
        settled: false,
        resolve,
        reject,
      };
      this.watch(ticket);
      records.forEach((record, index) => {
        this.queue.push({ record, bytes: sizes[index]!, ticket, index });
      });
      if (this.queue.hasFullPartition) this.wake?.();
      this.startPump();
    });
  }

  async close(): Promise<void> {
    this.closing = true;
    this.wake?.();
    await this.pumping;
    await this.producer.disconnect();
  }

  private refusal(
    records: readonly OutgoingRecord[],
    sizes: readonly number[],
    total: number,
  ): Error | undefined {
    const index = sizes.findIndex((bytes) => bytes > RECORD_BYTES_MAX);
    if (index !== -1) {
      const { topic } = records[index]!;
      return new RangeError(`a record for ${topic} has ${sizes[index] ?? 0} bytes`);
    }
    const wrong = records.find(({ partition }) => !Number.isInteger(partition) || partition < 0);
    if (wrong) return new RangeError(`a record for ${wrong.topic} names no partition`);
    // An empty queue takes whatever comes, else a batch above the bound could never be sent.
    if (this.queuedBytes === 0 || this.queuedBytes + total <= this.maxQueuedBytes) return undefined;
    return new RetriableError(`${this.queuedBytes} bytes wait for the broker; the queue is full`);
  }

  private watch(ticket: Ticket): void {
    const { ackTimeoutMs } = this.options;
    if (ackTimeoutMs === undefined) return;
    ticket.timer = setTimeout(() => {
      settle(ticket, new RetriableError(`the broker did not acknowledge in ${ackTimeoutMs} ms`));
    }, ackTimeoutMs);
  }

  private startPump(): void {
    this.pumping ??= this.pump().finally(() => {
      this.pumping = undefined;
      if (this.queue.length > 0) this.startPump();
    });
  }

  private async pump(): Promise<void> {
    // Sends of the same turn of the event loop travel together even without a linger.
    await Promise.resolve();
    while (this.queue.length > 0) {
      if (this.lingerMs > 0 && !this.closing && !this.queue.hasFullPartition) await this.linger();
      const request = this.queue.take(({ ticket }) => ticket.settled);
      if (request.length > 0) await this.dispatch(request);
    }
  }

  private linger(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.lingerMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async dispatch(request: readonly QueuedRecord<Ticket>[]): Promise<void> {
    this.inFlightBytes = request.reduce((sum, { bytes }) => sum + bytes, 0);
    try {
      const topicMessages = groupByTopic(request);
      const metadata = await this.producer.sendBatch({ acks: -1, topicMessages });
      acknowledge(request, metadata);
    } catch (error) {
      const cause = rootCause(error);
      for (const { ticket } of request) settle(ticket, asSendError(cause));
      await this.renew();
    } finally {
      this.inFlightBytes = 0;
    }
  }

  /**
   * After a failure kafkajs takes its sequence numbers back even for partitions that were written;
   * going on with them ends in OUT_OF_ORDER_SEQUENCE_NUMBER for ever. A new producer id does not.
   */
  private async renew(): Promise<void> {
    const old = this.producer;
    this.producer = this.newProducer();
    try {
      await old.disconnect();
      if (!this.closing) await this.producer.connect();
    } catch (error) {
      const { logger } = this.options;
      logger.warn({ error: String(rootCause(error)) }, 'the producer could not be renewed yet');
    }
  }

  private newProducer(): Producer {
    return this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: explicitPartitioner,
      retry: { ...RETRY, retries: Number.MAX_SAFE_INTEGER },
    });
  }
}

function settle(ticket: Ticket, error?: unknown): void {
  if (ticket.settled) return;
  ticket.settled = true;
  clearTimeout(ticket.timer);
  if (error === undefined) ticket.resolve(ticket.offsets);
  else ticket.reject(error);
}

function asSendError(cause: unknown): unknown {
  const { retriable, message } = cause as { retriable?: unknown; message?: unknown };
  if (retriable !== true) return cause;
  return new RetriableError(`the broker did not take the records: ${String(message)}`, { cause });
}

function groupByTopic(request: readonly QueuedRecord<Ticket>[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages>();
  for (const { record } of request) {
    let group = topics.get(record.topic);
    if (group === undefined) {
      group = { topic: record.topic, messages: [] };
      topics.set(record.topic, group);
    }
    const { key, value, partition, headers } = record;
    group.messages.push({ key, value, partition, ...(headers === undefined ? {} : { headers }) });
  }
  return [...topics.values()];
}

function acknowledge(
  request: readonly QueuedRecord<Ticket>[],
  metadata: readonly RecordMetadata[],
): void {
  const next = new Map<string, bigint>();
  for (const { topicName, partition, baseOffset } of metadata) {
    next.set(`${partition}|${topicName}`, BigInt(baseOffset ?? '-1'));
  }
  for (const { record, ticket, index } of request) {
    const key = `${record.partition}|${record.topic}`;
    const offset = next.get(key);
    if (offset === undefined) throw new RetriableError(`no acknowledgement for ${key}`);
    if (offset >= 0n) next.set(key, offset + 1n);
    ticket.offsets[index] = offset;
    ticket.remaining -= 1;
    if (ticket.remaining === 0) settle(ticket);
  }
}
