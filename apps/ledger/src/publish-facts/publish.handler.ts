import { topicName } from '#contracts';
import { lotValue, totalValue } from '#custody';
import type { Pool, PublishedTopic } from '#database';
import {
  type BatchTracer,
  type OutgoingRecord,
  type RecordProducer,
  publishSpan,
  traceRecords,
} from '#kafka';
import type { BookedSite } from '../book-batch/booked-site.js';
import type { Claims } from '../claim-partition/claims.js';
import { failpoint } from '../failpoint.js';
import type { LedgerMetrics } from '../ledger.metrics.js';
import { NewestStates } from './newest-states.js';
import {
  type CursorMove,
  moveCursors,
  readChangedLots,
  readCheckpoints,
  readCursors,
  readFacts,
  readTotals,
} from './publish.store.js';

export interface PublishParts {
  readonly pool: Pool;
  readonly claims: Claims;
  readonly producer: RecordProducer;
  readonly prefix: string;
  readonly metrics: LedgerMetrics;
  readonly tracer?: BatchTracer | undefined;
}

/** What one round reads of one site. */
const PAGE = 500;
/** States are told at most this often. */
const STATES_EVERY_MS = 1_000;
/**
 * A cursor of states lags by this much, so that a new owner tells again what a predecessor, who may
 * have been a zombie for a while, told last.
 */
const STATES_AGAIN_MS = 60_000;

/** Topics that are told in order, by cursor. */
const TOPIC_OF = { 'custody-events': 'custodyEvents', checkpoints: 'checkpoints' } as const;
type Sequence = keyof typeof TOPIC_OF;

interface SiteTelling {
  readonly siteId: string;
  readonly partition: number;
  /** Seq of the fact, size of the checkpoint that was told last. */
  readonly toldUpTo: Record<Sequence, number>;
  /** Log sizes whose states were told, with the time; the oldest is what the cursor may say. */
  readonly told: { readonly atMs: number; readonly size: number }[];
  statesPosition: number;
  treeSize: number;
}

/**
 * Tells the outside what was committed: facts and checkpoints in order by cursor, states newest
 * first. At least once: the cursor moves after the broker has acknowledged.
 */
export class PublishFacts {
  private readonly sites = new Map<string, SiteTelling>();
  /** Sites with something to tell. */
  private readonly waiting = {
    'custody-events': new Set<string>(),
    checkpoints: new Set<string>(),
  };
  private readonly states = new NewestStates();
  private statesToldAt = 0;

  constructor(private readonly parts: PublishParts) {
    parts.claims.listen({
      onClaimed: (partition) => this.open(partition),
      onDropped: (partition) => {
        this.states.dropPartition(partition);
        for (const { siteId } of this.ofPartition(partition)) this.sites.delete(siteId);
      },
    });
  }

  /** After a commit. Makes copies of the states at once, for the next batch changes them. */
  noteBooked(booked: readonly BookedSite[]): void {
    for (const { partition, result, treeSize } of booked) {
      const { siteId, facts, changed } = result;
      const site = this.sites.get(siteId) ?? this.add({ siteId, partition, treeSize, cursors: {} });
      site.treeSize = treeSize;
      if (facts.length > 0) this.waiting['custody-events'].add(siteId);
      for (const lot of changed.lots) this.putLot(site, lotValue(lot, siteId));
      for (const total of changed.totals) this.putTotal(site, totalValue(total, siteId));
    }
  }

  noteSigned(siteIds: readonly string[]): void {
    for (const siteId of siteIds) this.waiting.checkpoints.add(siteId);
  }

  /** One round. Returns whether there is more to tell at once. */
  async run(): Promise<boolean> {
    const mine = await this.parts.claims.confirmed();
    const moreFacts = await this.tell('custody-events', readFacts, mine);
    const moreCheckpoints = await this.tell('checkpoints', readCheckpoints, mine);
    if (Date.now() - this.statesToldAt >= STATES_EVERY_MS) await this.tellStates(mine);
    const { publishBacklog } = this.parts.metrics;
    publishBacklog.set({ topic: 'states' }, this.states.size);
    publishBacklog.set({ topic: 'facts' }, this.waiting['custody-events'].size);
    return moreFacts || moreCheckpoints;
  }

  private async open(partition: number): Promise<void> {
    for (const given of await readCursors(this.parts.pool, partition)) {
      const site = this.add(given);
      for (const sites of Object.values(this.waiting)) sites.add(site.siteId);
      await this.putStoredStates(site);
    }
  }

  private add(given: Awaited<ReturnType<typeof readCursors>>[number]): SiteTelling {
    const { siteId, partition, treeSize, cursors } = given;
    const site: SiteTelling = {
      siteId,
      partition,
      treeSize,
      toldUpTo: {
        'custody-events': cursors['custody-events'] ?? 0,
        checkpoints: cursors.checkpoints ?? 0,
      },
      statesPosition: cursors.lots ?? 0,
      told: [],
    };
    this.sites.set(siteId, site);
    return site;
  }

  private async putStoredStates(site: SiteTelling): Promise<void> {
    const { pool } = this.parts;
    const { siteId, statesPosition } = site;
    for (const lot of await readChangedLots(pool, siteId, statesPosition)) {
      this.putLot(site, lotValue(lot, siteId));
    }
    for (const total of await readTotals(pool, siteId)) {
      this.putTotal(site, totalValue(total, siteId));
    }
  }

  private putLot({ siteId, partition }: SiteTelling, value: { readonly lotId: string }): void {
    const topic = topicName(this.parts.prefix, 'lots');
    this.states.put(stateRecord(topic, partition, `${siteId}/${value.lotId}`, value));
  }

  private putTotal(
    { siteId, partition }: SiteTelling,
    value: { readonly stream: string; readonly class: string },
  ): void {
    const topic = topicName(this.parts.prefix, 'totals');
    const key = `${siteId}/${value.stream}/${value.class}`;
    this.states.put(stateRecord(topic, partition, key, value));
  }

  /** A page of every site that waits, in one request. Returns whether there is more. */
  private async tell(
    topic: Sequence,
    read: typeof readFacts,
    mine: ReadonlySet<number>,
  ): Promise<boolean> {
    const waiting = this.waiting[topic];
    if (waiting.size === 0) return false;
    const sites = [...waiting].flatMap((siteId) => {
      const site = this.sites.get(siteId);
      return site !== undefined && mine.has(site.partition) ? [site] : [];
    });
    // Taken out before the database is read: what is committed meanwhile is for the next round.
    waiting.clear();
    if (sites.length === 0) return false;
    try {
      const told = sites.map(({ siteId, toldUpTo }) => ({ siteId, after: toldUpTo[topic] }));
      const pages = Map.groupBy(await read(this.parts.pool, told, PAGE), ({ siteId }) => siteId);
      const name = topicName(this.parts.prefix, TOPIC_OF[topic]);
      const records: OutgoingRecord[] = [];
      const moves: CursorMove[] = [];
      for (const { siteId, partition } of sites) {
        const page = pages.get(siteId) ?? [];
        if (page.length === PAGE) waiting.add(siteId);
        for (const { position, value, headers } of page) {
          records.push({ topic: name, partition, key: siteId, value, headers });
          if (position === page.at(-1)?.position) moves.push({ siteId, topic, position });
        }
      }
      if (records.length > 0) await this.send(topic, records, moves);
      for (const site of sites) {
        site.toldUpTo[topic] = pages.get(site.siteId)?.at(-1)?.position ?? site.toldUpTo[topic];
      }
    } catch (error) {
      for (const { siteId } of sites) waiting.add(siteId);
      throw error;
    }
    return waiting.size > 0;
  }

  private async tellStates(mine: ReadonlySet<number>): Promise<void> {
    this.statesToldAt = Date.now();
    if (this.states.hasForgotten()) {
      for (const site of this.sites.values()) await this.putStoredStates(site);
    }
    // Sizes are read before the values are taken: what they cover is among them.
    const covered = [...this.sites.values()].map((site) => ({ site, size: site.treeSize }));
    const records = this.states.take().filter(({ partition }) => mine.has(partition));
    try {
      await this.send('lots', records, this.statesMoves(covered));
    } catch (error) {
      this.states.putBack(records);
      throw error;
    }
  }

  /** The cursor says what was told a minute ago. */
  private statesMoves(covered: readonly { site: SiteTelling; size: number }[]): CursorMove[] {
    const now = Date.now();
    return covered.flatMap(({ site, size }) => {
      if (size !== (site.told.at(-1)?.size ?? -1)) site.told.push({ atMs: now, size });
      let position = site.statesPosition;
      while (site.told[0] !== undefined && site.told[0].atMs < now - STATES_AGAIN_MS) {
        position = site.told.shift()!.size;
      }
      if (position === site.statesPosition) return [];
      site.statesPosition = position;
      return [
        { siteId: site.siteId, topic: 'lots' as const, position },
        { siteId: site.siteId, topic: 'totals' as const, position },
      ];
    });
  }

  private async send(
    topic: PublishedTopic,
    records: readonly OutgoingRecord[],
    moves: readonly CursorMove[],
  ): Promise<void> {
    const { producer, tracer } = this.parts;
    // A round of states may have nothing to tell.
    if (records.length > 0) {
      await traceRecords(tracer, publishSpan(topic, records.length), records, async () => {
        await producer.send(records);
      });
    }
    failpoint('after-publish');
    this.parts.metrics.published.inc({ topic }, records.length);
    await moveCursors(this.parts.pool, moves);
  }

  private ofPartition(partition: number): SiteTelling[] {
    return [...this.sites.values()].filter((site) => site.partition === partition);
  }
}

const stateRecord = (
  topic: string,
  partition: number,
  key: string,
  value: object,
): OutgoingRecord => ({
  topic,
  partition,
  key,
  value: Buffer.from(JSON.stringify(value)),
  headers: { 'content-type': 'application/json' },
});
