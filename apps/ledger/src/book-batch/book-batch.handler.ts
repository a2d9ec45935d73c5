import { InvariantError, type PoisonError, RetriableError } from '#contracts';
import { type StreamRecord, fold, missing } from '#custody';
import { type Pool, type PoolClient, transaction } from '#database';
import type { PlacedRecord, RecordBatch } from '#kafka';
import { advanceFence } from '../claim-partition/claim.store.js';
import type { Claim, Claims } from '../claim-partition/claims.js';
import { recordDigest } from '../claim-partition/judge-claim.js';
import { failpoint } from '../failpoint.js';
import type { LedgerMetrics } from '../ledger.metrics.js';
import type { BookedSite } from './booked-site.js';
import { saveDigestBlocks } from './digest-blocks.store.js';
import { loadMissing, loadSite } from './load-site.store.js';
import { saveOffice } from './office.store.js';
import { saveNotices } from './notices.store.js';
import { saveOpenings } from './openings.store.js';
import { prepareBatch, recordsFrom } from './prepare-batch.js';
import { savePostings } from './save-books.store.js';
import { saveFacts } from './save-facts.store.js';
import {
  appendEntries,
  markAdopted,
  saveBookAdoptions,
  saveKeyAdoptions,
  saveSite,
} from './save-log.store.js';
import { saveStates } from './save-states.store.js';
import { type SiteBook, SiteBooks, assertTreeIsWhole } from './site-book.js';

/**
 * The fence has moved: another process owns the partition, or the answer to our own commit was
 * lost. Shaped as kafkajs's own error, so that the consumer joins its group anew and the partition
 * is claimed again by whoever the group says; what was fetched is thrown away.
 */
export class FenceLostError extends Error {
  override readonly name = 'FenceLostError';
  readonly type = 'REBALANCE_IN_PROGRESS';
}

/** Told after each commit; MUST NOT throw, and MUST take copies of states at once. */
type OnBooked = (booked: readonly BookedSite[]) => void;

export interface BookBatchParts {
  readonly pool: Pool;
  readonly claims: Claims;
  readonly metrics: LedgerMetrics;
  readonly onBooked: OnBooked;
  /** Keeps a record that can never be booked; resolves when that is safe. */
  readonly onPoison: (record: PlacedRecord, error: PoisonError) => Promise<void>;
}

/**
 * Books a batch of a partition: one transaction holds the fence and everything that follows from
 * the records. Dies the process before the commit, nothing happened; after it, the claim goes on
 * from the fence, and what was not told or signed yet is read from the database again.
 */
export class BookBatch {
  private readonly books = new SiteBooks();
  private underWay = 0;
  private onRest: () => void = () => undefined;

  constructor(private readonly parts: BookBatchParts) {
    parts.claims.listen({
      onClaimed: (partition) => {
        this.books.dropPartition(partition);
        return Promise.resolve();
      },
      onDropped: (partition) => {
        this.books.dropPartition(partition);
      },
    });
  }

  /** Partitions are booked side by side; `listener` is told when the last one has ended. */
  whenAtRest(listener: () => void): void {
    this.onRest = listener;
  }

  async handle(batch: RecordBatch): Promise<void> {
    this.underWay += 1;
    try {
      await this.book(batch);
    } finally {
      this.underWay -= 1;
      if (this.underWay === 0) this.onRest();
    }
  }

  private async book(batch: RecordBatch): Promise<void> {
    const { claims, metrics, onBooked } = this.parts;
    const { topic, partition } = batch;
    const claim = claims.get(partition);
    if (claim === undefined) throw new FenceLostError(`partition ${partition} is not claimed`);
    verifyStream(claim, batch);
    const records = recordsFrom(batch.records, claim.next);
    const last = records.at(-1);
    if (last === undefined) return;
    const { sites, poison } = prepareBatch(records);
    for (const { record, error } of poison) {
      await this.parts.onPoison({ ...record, topic, partition }, error);
    }
    const next = last.offset + 1n;
    const endTimer = metrics.commitSeconds.startTimer();
    let booked: BookedSite[];
    try {
      booked = await transaction(
        this.parts.pool,
        async (client) => {
          const { epoch } = claim;
          const lastDigest = recordDigest(last);
          const step = { topic, partition, epoch, from: claim.next, to: next, lastDigest };
          if (!(await advanceFence(client, step))) {
            throw new FenceLostError(`the fence of partition ${partition} has moved`);
          }
          failpoint('after-fence');
          const done: BookedSite[] = [];
          for (const [siteId, group] of sites) {
            done.push(await this.bookSite(client, siteId, partition, group));
          }
          return done;
        },
        onCommitSent,
      );
    } catch (error) {
      this.books.drop(sites.keys());
      if (error instanceof FenceLostError) {
        metrics.fenceLost.inc();
        claims.drop(partition);
      }
      throw error;
    }
    failpoint('after-commit');
    claim.next = next;
    endTimer();
    const nowMs = Date.now();
    for (const group of sites.values()) metrics.observeDelivery(group, nowMs);
    metrics.observeBatch(records.length, poison.length, booked);
    onBooked(booked);
  }

  private async bookSite(
    client: PoolClient,
    siteId: string,
    partition: number,
    records: readonly StreamRecord[],
  ): Promise<BookedSite> {
    const book = this.books.get(siteId) ?? (await loadSite(client, siteId, partition));
    assertTreeIsWhole(book);
    await lookUp(client, book, records);
    const digestBefore = book.set.site.registryDigest;
    const result = fold(book.set, records);
    const { tree, chunkBytes } = await appendEntries(client, book, result);
    failpoint('after-tiles');
    await savePostings(client, book, result);
    failpoint('after-postings');
    await saveStates(client, result);
    await saveDigestBlocks(client, result);
    await saveFacts(client, result);
    await saveOffice(client, result);
    await saveKeyAdoptions(client, result);
    await saveBookAdoptions(client, result);
    await saveNotices(client, result);
    await saveOpenings(client, result);
    const digest = book.set.site.registryDigest;
    if (digest !== null && digest !== digestBefore) await markAdopted(client, result, digest);
    await saveSite(client, book, tree);
    failpoint('after-swap');
    book.frontier = tree.frontier;
    book.root = tree.root;
    book.stored = true;
    // Kept before the commit: when that fails, every site of the batch is dropped.
    this.books.keep(book);
    return { partition, result, chunkBytes, treeSize: tree.frontier.size };
  }
}

const onCommitSent = (): void => {
  failpoint('commit-sent');
};

/** The first record after a claim may be the one before: it shows that the stream is the same. */
function verifyStream(claim: Claim, { topic, partition, records }: RecordBatch): void {
  if (claim.expected === null) return;
  const before = records[0];
  if (before?.offset !== claim.next - 1n) {
    throw new FenceLostError(`the record before ${claim.next} of ${topic} ${partition} is missing`);
  }
  if (!recordDigest(before).equals(claim.expected)) {
    throw new InvariantError(
      `the record before ${claim.next} of ${topic} ${partition} is not the one that was booked: ` +
        'this is another stream. If it is right, move the fence with `urbanmine fence adopt`',
    );
  }
  claim.expected = null;
}

/** A run names its lots only once it is loaded, so what is missing is asked for again. */
async function lookUp(
  client: PoolClient,
  { set }: SiteBook,
  records: readonly StreamRecord[],
): Promise<void> {
  for (;;) {
    const wanted = missing(set, records);
    if (Object.values(wanted).every(({ length }) => length === 0)) return;
    await loadMissing(client, set, wanted);
    const unknown = wanted.registries.filter((digest) => !set.registries.has(digest));
    if (unknown.length > 0) {
      throw new RetriableError(
        `registry ${unknown.join(', ')} of ${set.site.siteId} is adopted but not in the database; ` +
          'announce it with `urbanmine station enrol`',
      );
    }
  }
}
