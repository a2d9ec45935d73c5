import { Registry } from 'prom-client';
import type { Pool } from '#database';
import type { KafkaRecord, RecordBatch } from '#kafka';
import { createLogger } from '#process';
import { SITE } from '../../apps/cli/src/audit/spec-station.js';
import { BookBatch } from '../../apps/ledger/src/book-batch/book-batch.handler.js';
import { Claims } from '../../apps/ledger/src/claim-partition/claims.js';
import { LedgerMetrics } from '../../apps/ledger/src/ledger.metrics.js';
import type { GuardFile } from '../../apps/ledger/src/sign-checkpoint/guard-file.js';
import { SignCheckpoint } from '../../apps/ledger/src/sign-checkpoint/sign-checkpoint.handler.js';
import type { SignerKeys } from '../../apps/ledger/src/sign-checkpoint/signer-keys.js';

const TOPIC = 'classified-events.v1';
const BATCH = 40;
const logger = createLogger('spec', 'silent');

/** A ledger's booking and signing, as main wires them, without consumer and publisher. */
export class Ledger {
  readonly metrics = new LedgerMetrics(new Registry());
  readonly signing: SignCheckpoint;
  private readonly claims: Claims;
  private readonly booking: BookBatch;

  constructor(
    pool: Pool,
    private readonly guard: GuardFile,
    keys: SignerKeys,
    dataDir: string,
  ) {
    const { metrics } = this;
    const cluster = (): Promise<string> => Promise.resolve('cluster-1');
    this.claims = new Claims(pool, TOPIC, 'spec', cluster, logger);
    this.booking = new BookBatch({
      pool,
      claims: this.claims,
      metrics,
      onBooked: () => undefined,
      onPoison: (record, error) => Promise.reject(new Error(`${record.offset}`, { cause: error })),
    });
    const { claims } = this;
    const onSigned = (): void => undefined;
    const parts = { pool, claims, guard, keys, metrics, logger, dataDir, onSigned };
    this.signing = new SignCheckpoint(parts);
  }

  /** Claims the partition as a broker with these bounds has it; returns where it goes on. */
  async claim(logEnd: number, logStart = 0): Promise<number> {
    const bounds = { partition: 0, logStart: BigInt(logStart), logEnd: BigInt(logEnd) };
    return Number((await this.claims.onAssigned(TOPIC, [bounds])).get(0));
  }

  book(records: readonly KafkaRecord[]): Promise<void> {
    const batch: RecordBatch = {
      topic: TOPIC,
      partition: 0,
      firstOffset: records[0]!.offset,
      lastOffset: records.at(-1)!.offset,
      highWatermark: records.at(-1)!.offset + 1n,
      records,
      heartbeat: () => Promise.resolve(),
    };
    return this.booking.handle(batch);
  }

  /** Signs what has grown; returns why not, where the signer refuses. */
  async sign(): Promise<string | null> {
    this.signing.note([SITE]);
    await this.signing.run();
    return this.signing.refused.get(SITE)?.reason ?? null;
  }

  /** From where the partition stands to the end of `records`, signed after each batch. */
  async follow(records: readonly KafkaRecord[]): Promise<void> {
    for (let at = await this.claim(records.length); at < records.length; at += BATCH) {
      await this.book(records.slice(at, at + BATCH));
      await this.sign();
    }
  }

  close(): void {
    this.guard.close();
  }
}
