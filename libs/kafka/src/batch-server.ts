import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { InvariantError } from '#contracts';
import type { Admin, Consumer, EachBatchPayload } from 'kafkajs';
import { register } from 'prom-client';
import { isObservable, lastValueFrom } from 'rxjs';
import { backoffMs } from './backoff.js';
import { KAFKA_BATCH } from './batch-handler.js';
import { batchMetrics } from './batch-metrics.js';
import {
  type BatchServerOptions,
  HEARTBEAT_INTERVAL_MS,
  REBALANCE_TIMEOUT_MS,
  SESSION_TIMEOUT_MS,
  topicsOf,
} from './batch-server-options.js';
import { Claims } from './claims.js';
import { RETRY } from './client.js';
import { failureKind } from './failure.js';
import { FetchWatch } from './fetch-watch.js';
import { LagWatch } from './lag-watch.js';
import { batchFields, rejectFields } from './log-fields.js';
import { OffsetCommits } from './offset-commits.js';
import { judgeStart, type PartitionState, PartitionTable } from './partition-table.js';
import { PartitionPauses } from './partition-pauses.js';
import { type RecordBatch, toBatch } from './record.js';
import { RejectLimitError } from './reject-window.js';
import { runBatch } from './run-batch.js';
import { batchSpan, traceRecords } from './trace-batch.js';

/**
 * Hands whole batches to `@BatchHandler` methods: one batch of a partition at a time, offsets
 * committed after the handler resolved, never before, and once a second. What a failure leads to is decided here alone
 * (see FailureKind): a process that dies between two lines handles a batch again, never not at all.
 */
export class KafkaBatchServer extends Server implements CustomTransportStrategy {
  override readonly transportId = KAFKA_BATCH;
  override readonly propagatesEventHandlerErrors = true;
  private readonly consumer: Consumer;
  private readonly admin: Admin;
  private readonly table: PartitionTable;
  private readonly claims: Claims | undefined;
  private readonly lag: LagWatch;
  private readonly commits: OffsetCommits;
  private readonly pauses: PartitionPauses;
  private readonly metrics;
  private readonly handlerTopics = new Map<string, string>();
  private readonly fetches = new FetchWatch((error) => {
    this.fail(error);
  });
  private readonly running = new Set<Promise<void>>();
  /** No further batch is handled: closing, or failed for good. */
  private stopped = false;
  private closed: Promise<void> | undefined;

  constructor(private readonly options: BatchServerOptions) {
    super();
    this.initializeSerializer({});
    this.initializeDeserializer({});
    this.table = new PartitionTable(options.rejectLimits);
    this.metrics = batchMetrics(options.registry ?? register);
    this.consumer = options.kafka.consumer({
      groupId: options.groupId,
      retry: RETRY,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      allowAutoTopicCreation: false,
      minBytes: options.fetch?.minBytes ?? 1,
      maxWaitTimeInMs: options.fetch?.maxWaitTimeInMs ?? 250,
      maxBytesPerPartition: options.fetch?.maxBytesPerPartition ?? 1_048_576,
    });
    this.admin = options.kafka.admin();
    const { consumer, table, metrics } = this;
    this.pauses = new PartitionPauses({ consumer, table, metrics, logger: options.logger });
    this.commits = new OffsetCommits(this.table, options.logger);
    this.lag = new LagWatch(this.admin, this.table, this.metrics, options.logger);
    if (options.offsets !== undefined) {
      const onFatal = (error: unknown): void => {
        this.fail(error);
      };
      const { admin } = this;
      this.claims = new Claims(options, options.offsets, { consumer, admin, table, onFatal });
    }
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      for (const name of this.messageHandlers.keys()) {
        for (const topic of topicsOf(this.options, name)) this.handlerTopics.set(topic, name);
      }
      await this.admin.connect();
      await this.consumer.connect();
      const topics = [...this.handlerTopics.keys()];
      await this.consumer.subscribe({ topics, fromBeginning: true });
      this.watchConsumer();
      await this.consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: this.options.partitionsConsumedConcurrently ?? 1,
        eachBatch: (payload) => this.track(this.eachBatch(payload)),
      });
      this.lag.start();
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  }

  /** Stops fetching, waits for the handler under way and its commit, leaves the group. */
  close(): Promise<void> {
    this.stopped = true;
    this.pauses.close();
    this.lag.stop();
    this.fetches.stop();
    return (this.closed ??= this.leave());
  }

  private async leave(): Promise<void> {
    await Promise.allSettled(this.running);
    await this.commits.finish();
    await this.consumer.disconnect();
    await this.claims?.settled();
    await this.lag.settled();
    if (this.options.ownsGroup === true) await this.dropGroup();
    await this.admin.disconnect();
  }

  private async dropGroup(): Promise<void> {
    const { groupId, logger } = this.options;
    try {
      await this.admin.deleteGroups([groupId]);
    } catch (error) {
      // The broker forgets it by itself after a week.
      logger.debug({ groupId, err: error }, 'the group could not be deleted');
    }
  }

  /** Ready when the group is joined, start offsets are known and fetching goes on. */
  readiness(): { readonly ready: true } | { readonly ready: false; readonly reason: string } {
    const silence = this.fetches.silenceAt(Date.now());
    if (silence !== undefined) return { ready: false, reason: silence };
    const stopped = this.table.all().find(({ phase }) => phase === 'stopped');
    if (stopped !== undefined) {
      const { topic, partition, next } = stopped;
      return {
        ready: false,
        reason: `${topic} ${partition} is stopped at ${next}: too many rejects`,
      };
    }
    const claiming = this.table.all().filter(({ phase }) => phase === 'claiming');
    if (claiming.length > 0) {
      return { ready: false, reason: `${claiming.length} partitions wait for a start offset` };
    }
    return { ready: true };
  }

  on(): never {
    throw new Error('KafkaBatchServer has no events to subscribe to');
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- Nest's signature
  unwrap<T>(): T {
    return this.consumer as T;
  }

  private watchConsumer(): void {
    this.fetches.start(this.consumer);
    const { events } = this.consumer;
    this.consumer.on(events.GROUP_JOIN, ({ payload }) => {
      this.onJoin(payload.memberAssignment);
    });
    this.consumer.on(events.STOP, () => {
      const revoked = this.table.assign({}, 'claiming');
      this.forgetMetrics(revoked);
      this.claims?.begin(revoked, []);
    });
    this.consumer.on(events.CRASH, ({ payload }) => {
      // Otherwise kafkajs starts over by itself and the group is joined anew.
      if (!payload.restart && this.closed === undefined) this.fail(payload.error);
    });
  }

  /** Runs inside the join, before the next fetch: what is paused here is not fetched. */
  private onJoin(assignment: Readonly<Record<string, readonly number[]>>): void {
    if (this.stopped) return;
    const revoked = this.table.assign(assignment, this.claims ? 'claiming' : 'active');
    this.forgetMetrics(revoked);
    const going = this.pauses.settle(this.claims !== undefined);
    this.claims?.begin(revoked, going);
  }

  private forgetMetrics(revoked: readonly PartitionState[]): void {
    for (const { topic, partition } of revoked) this.lag.forget(topic, partition);
  }

  private async track(batch: Promise<void>): Promise<void> {
    this.running.add(batch);
    try {
      await batch;
    } finally {
      this.running.delete(batch);
    }
  }

  private async eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition } = payload.batch;
    const state = this.table.get(topic, partition);
    if (this.stopped || !payload.isRunning() || payload.isStale()) return;
    if (state?.phase !== 'active') return;
    const batch = toBatch(payload);
    if (!this.mayHandle(state, batch)) return;
    this.metrics.batchSize.observe({ topic }, batch.records.length);
    const endTimer = this.metrics.seconds.startTimer({ topic });
    const heart = setInterval(() => {
      // A refused heartbeat means that the group goes on; kafkajs learns it after the batch.
      payload.heartbeat().catch((error: unknown) => {
        this.options.logger.debug({ topic, partition, err: error }, 'heartbeat refused');
      });
    }, HEARTBEAT_INTERVAL_MS);
    this.fetches.busy += 1;
    try {
      await this.run(batch, state, payload);
      const { logger } = this.options;
      if (logger.isLevelEnabled?.('debug')) logger.debug(batchFields(batch), 'batch handled');
    } catch (error) {
      this.onFailure(state, batch, error);
    } finally {
      this.fetches.busy -= 1;
      clearInterval(heart);
      endTimer();
    }
  }

  private mayHandle(state: PartitionState, batch: RecordBatch): boolean {
    const { topic, partition } = state;
    const { offsets, logger } = this.options;
    const policy = this.options.whenOutOfRange ?? (offsets ? 'fail' : 'earliest');
    const isGap = policy === 'earliest' && !offsets && state.next! < batch.firstOffset;
    // Without a foreign authority a jump ahead is compaction, which is none of our business.
    const verdict = isGap ? 'handle' : judgeStart(state, batch.firstOffset);
    if (verdict === 'seek-again') {
      this.consumer.seek({ topic, partition, offset: String(state.next) });
      return false;
    }
    if (verdict === 'out-of-range') {
      const what = `${topic} ${partition} begins at ${batch.firstOffset}, not at ${state.next}`;
      if (policy === 'fail') {
        this.fail(new InvariantError(`the log does not hold the next offset: ${what}`));
        return false;
      }
      logger.warn({ topic, partition }, `the offset to go on from is out of range: ${what}`);
    }
    state.next = batch.firstOffset;
    return true;
  }

  private async run(
    batch: RecordBatch,
    state: PartitionState,
    payload: EachBatchPayload,
  ): Promise<void> {
    const { topic, partition } = batch;
    await runBatch(batch, {
      handle: async (part) => {
        await this.callHandler(part);
        state.rejects.accept(part.records.length);
      },
      reject: async (record, error) => {
        const { reason } = error;
        if (!state.rejects.mayReject()) throw new RejectLimitError(reason, { cause: error });
        await this.options.onPoison({ ...record, topic, partition }, error);
        state.rejects.reject();
        this.metrics.poison.inc({ topic, reason });
        const fields = rejectFields({ ...record, topic, partition }, reason);
        this.options.logger.warn(fields, 'a record cannot be accepted');
      },
      commit: (next, records) => {
        // A rebalance during the batch: whoever owns the partition now decides where it goes on.
        if (!this.table.isCurrent(state)) return Promise.resolve();
        this.metrics.records.inc({ topic }, records);
        state.next = next;
        state.failures = 0;
        state.unknownFailures = 0;
        payload.resolveOffset(String(next - 1n));
        this.lag.handled(state, batch.records, next);
        this.lag.observe(state, batch.highWatermark);
        this.commits.note(state, (offsets) => payload.commitOffsetsIfNecessary(offsets));
        return Promise.resolve();
      },
    });
  }

  private async callHandler(batch: RecordBatch): Promise<void> {
    const handler = this.messageHandlers.get(this.handlerTopics.get(batch.topic) ?? batch.topic);
    if (handler === undefined) throw new InvariantError(`nobody handles ${batch.topic}`);
    await traceRecords(this.options.tracer, batchSpan(batch), batch.records, async () => {
      const result: unknown = await handler(batch);
      // Nest returns errors as an Observable: unless it is awaited they count as success.
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    });
  }

  /** Rethrows what only kafkajs can mend. */
  private onFailure(state: PartitionState, batch: RecordBatch, error: unknown): void {
    const kind = failureKind(error);
    if (kind === 'rejoin') throw error as Error;
    if (kind === 'retry-counted') state.unknownFailures += 1;
    const { logger, unknownFailuresMax = 10 } = this.options;
    if (kind === 'stop' || state.unknownFailures >= unknownFailuresMax) {
      this.fail(error);
      return;
    }
    if (kind === 'stop-partition') {
      this.pauses.stop(state, error);
      return;
    }
    state.failures += 1;
    this.metrics.retries.inc({ topic: state.topic });
    const waitMs = backoffMs(state.failures, Math.random());
    const fields = { ...batchFields(batch), next: String(state.next), waitMs, err: error };
    logger.warn(fields, 'the batch failed and is tried again');
    this.pauses.pauseFor(state, waitMs);
  }

  /** Nothing more is handled; the owner of the process ends it. */
  private fail(error: unknown): void {
    if (this.stopped) return;
    this.stopped = true;
    this.pauses.close();
    this.lag.stop();
    this.fetches.stop();
    // What is not handled must not be fetched over and over until the process is gone.
    if (this.fetches.isJoined) this.pauses.pauseAll();
    this.options.logger.error({ err: error }, 'the consumer cannot go on');
    this.options.onFatal(error);
  }
}
