import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { Counter, Gauge, Histogram, type Registry, register } from 'prom-client';
import type { StreamRecord } from '#custody';
import type { BookedSite } from './book-batch/booked-site.js';

/** Why a site is not signed; closed, because it is a label. */
export const REFUSAL_REASONS = [
  'guard-missing',
  'log-shrank',
  'root-changed',
  'inconsistent',
  'key-changed',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** What came of asking a witness; closed, because it is a label. */
const WITNESS_OUTCOMES = ['cosigned', 'conflict', 'refused', 'invalid', 'unreachable'] as const;

/** All figures of the ledger. Ids are never labels: figures are of all sites of the process. */
export class LedgerMetrics {
  readonly commitSeconds: Histogram;
  readonly fenceLost: Counter;
  private readonly deliverySeconds: Histogram;
  readonly checkpoints: Counter;
  readonly checkpointAge: Gauge;
  readonly unsignedSites: Gauge<'reason'>;
  readonly witnesses: Gauge;
  readonly witnessAnswers: Counter<'outcome'>;
  readonly cosignedCheckpoints: Counter;
  readonly published: Counter<'topic'>;
  readonly publishBacklog: Gauge<'topic'>;
  private readonly records: Counter<'outcome'>;
  private readonly pieces: Counter;
  private readonly entries: Counter;
  private readonly entryBytes: Counter;
  private readonly storedBytes: Counter;
  private readonly exceptions: Counter<'code'>;
  private readonly postings: Counter;

  constructor(registry: Registry = register) {
    const registers = [registry];
    const counter = <L extends string = never>(
      name: string,
      help: string,
      labelNames: readonly L[] = [],
    ): Counter<L> =>
      new Counter<L>({
        name: `urbanmine_ledger_${name}`,
        help,
        labelNames: [...labelNames],
        registers,
      });
    const gauge = <L extends string = never>(
      name: string,
      help: string,
      labelNames: readonly L[] = [],
    ): Gauge<L> =>
      new Gauge<L>({
        name: `urbanmine_ledger_${name}`,
        help,
        labelNames: [...labelNames],
        registers,
      });
    this.commitSeconds = new Histogram({
      name: 'urbanmine_ledger_commit_seconds',
      help: 'Time to fold and commit a batch',
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
      registers,
    });
    this.deliverySeconds = deliveryHistogram(registers);
    this.records = counter('records_total', 'Records of the stream by outcome', ['outcome']);
    this.pieces = counter('pieces_total', 'Pieces of the frames that were booked');
    this.entries = counter('entries_total', 'Entries appended to the logs');
    this.entryBytes = counter('entry_bytes_total', 'Bytes of these entries before compression');
    this.storedBytes = counter('chunk_bytes_total', 'Bytes of these entries as stored');
    this.postings = counter('postings_total', 'Postings made');
    this.fenceLost = counter('fence_lost_total', 'Batches thrown away because the fence had moved');
    this.exceptions = counter('exceptions_total', 'Exceptions raised by code', ['code']);
    this.checkpoints = counter('checkpoints_total', 'Checkpoints signed');
    this.checkpointAge = gauge(
      'checkpoint_age_seconds',
      'Time since the oldest entry that no checkpoint covers was committed; 0 = all are covered',
    );
    this.unsignedSites = gauge('unsigned_sites', 'Sites whose log the signer refuses to sign', [
      'reason',
    ]);
    this.witnesses = gauge('witnesses', 'Witnesses that are asked to cosign checkpoints');
    this.witnessAnswers = counter('witness_answers_total', 'Requests to witnesses by outcome', [
      'outcome',
    ]);
    this.cosignedCheckpoints = counter(
      'cosigned_checkpoints_total',
      'Checkpoints that enough witnesses have cosigned',
    );
    this.published = counter('published_total', 'Records told to the outside', ['topic']);
    this.publishBacklog = gauge('publish_backlog', 'Records that wait to be told', ['topic']);
    for (const reason of REFUSAL_REASONS) this.unsignedSites.set({ reason }, 0);
    for (const outcome of WITNESS_OUTCOMES) this.witnessAnswers.inc({ outcome }, 0);
  }

  /** Records of the stream that are in a log now; `nowMs` right after their commit. */
  observeDelivery(records: readonly StreamRecord[], nowMs: number): void {
    for (const { ingestTimeMs } of records) {
      this.deliverySeconds.observe(Math.max(0, nowMs - ingestTimeMs) / 1_000);
    }
  }

  observeBatch(records: number, poison: number, booked: readonly BookedSite[]): void {
    this.records.inc({ outcome: 'dead-letter' }, poison);
    this.records.inc({ outcome: 'read' }, records);
    for (const { result, chunkBytes } of booked) {
      const { counts, entries, exceptionsRaised, postings } = result;
      for (const outcome of [
        'accepted',
        'duplicates',
        'parked',
        'lateFills',
        'rejected',
      ] as const) {
        this.records.inc({ outcome: OUTCOMES[outcome] }, counts[outcome]);
      }
      this.records.inc({ outcome: 'gap' }, counts.gaps);
      this.pieces.inc(counts.pieces);
      this.entries.inc(entries.length);
      this.entryBytes.inc(entries.reduce((sum, entry) => sum + entry.length, 0));
      this.storedBytes.inc(chunkBytes);
      this.postings.inc(postings.length);
      for (const { code } of exceptionsRaised) this.exceptions.inc({ code });
    }
  }
}

const OUTCOMES = {
  accepted: 'accepted',
  duplicates: 'duplicate',
  parked: 'parked',
  lateFills: 'late-fill',
  rejected: 'rejected',
} as const;

const deliveryHistogram = (registers: Registry[]): Histogram =>
  new Histogram({
    name: 'urbanmine_ledger_delivery_seconds',
    help: 'Time from the append of a record to station-events until it is committed to a log',
    buckets: [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 60, 600],
    registers,
  });

/** The disk that the guard is on; without room on it nothing is signed. */
export function registerDiskGauges(registry: Registry, folder: string): void {
  const registers = [registry];
  const gauge = (name: string, help: string, valueOf: (disk: StatsFs) => number): void => {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(valueOf(await statfs(folder)));
      },
    });
  };
  gauge(
    'urbanmine_ledger_disk_free_bytes',
    'Bytes that are left on the disk of the data folder',
    ({ bavail, bsize }) => bavail * bsize,
  );
  gauge(
    'urbanmine_ledger_disk_size_bytes',
    'Size of the disk of the data folder',
    ({ blocks, bsize }) => blocks * bsize,
  );
}
