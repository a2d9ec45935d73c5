import { RECORD_TIME_HEADER, encodeHeaders, topicName } from '#contracts';
import { lotValue, totalValue } from '#custody';
import type { Pool, PublishedTopic } from '#database';
import type { OutgoingRecord, RecordProducer } from '#kafka';
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

interface SiteTelling {
  readonly siteId: string;
  readonly partition: number;
  factSeq: number;
  checkpointSize: number;
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
  private readonly facts = new Set<string>();
  private readonly checkpoints = new Set<string>();
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
      if (facts.length > 0) this.facts.add(siteId);
      for (const lot of changed.lots) this.putLot(site, lotValue(lot, siteId));
      for (const total of changed.totals) this.putTotal(site, totalValue(total, siteId));
    }
  }

  noteSigned(siteIds: readonly string[]): void {
    for (const siteId of siteIds) this.checkpoints.add(siteId);
  }

  /** One round. Returns whether there is more to tell at once. */
  async run(): Promise<boolean> {
    const mine = await this.parts.claims.confirmed();
    let more = false;
    for (const siteId of [...this.facts]) more = (await this.tellFacts(siteId, mine)) || more;
    for (const siteId of [...this.checkpoints]) {
      more = (await this.tellCheckpoints(siteId, mine)) || more;
    }
    if (Date.now() - this.statesToldAt >= STATES_EVERY_MS) await this.tellStates(mine);
    const { publishBacklog } = this.parts.metrics;
    publishBacklog.set({ topic: 'states' }, this.states.size);
    publishBacklog.set({ topic: 'facts' }, this.facts.size);
    return more;
  }

  private async open(partition: number): Promise<void> {
    for (const given of await readCursors(this.parts.pool, partition)) {
      const site = this.add(given);
      this.facts.add(site.siteId);
      this.checkpoints.add(site.siteId);
      await this.putStoredStates(site);
    }
  }

  private add(given: Awaited<ReturnType<typeof readCursors>>[number]): SiteTelling {
    const { siteId, partition, treeSize, cursors } = given;
    const site: SiteTelling = {
      siteId,
      partition,
      treeSize,
      factSeq: cursors['custody-events'] ?? 0,
      checkpointSize: cursors.checkpoints ?? 0,
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

  private async tellFacts(siteId: string, mine: ReadonlySet<number>): Promise<boolean> {
    const site = this.sites.get(siteId);
    this.facts.delete(siteId);
    if (site === undefined || !mine.has(site.partition)) return false;
    try {
      const facts = await readFacts(this.parts.pool, siteId, site.factSeq, PAGE);
      const last = facts.at(-1);
      if (last === undefined) return false;
      const topic = topicName(this.parts.prefix, 'custodyEvents');
      const records = facts.map(({ attributes, data, recordTime }) => ({
        topic,
        partition: site.partition,
        key: siteId,
        value: data,
        headers: { ...encodeHeaders(attributes), [RECORD_TIME_HEADER]: recordTime },
      }));
      await this.send('custody-events', records, [
        { siteId, topic: 'custody-events', position: last.seq },
      ]);
      site.factSeq = last.seq;
      if (facts.length < PAGE) return false;
    } catch (error) {
      this.facts.add(siteId);
      throw error;
    }
    this.facts.add(siteId);
    return true;
  }

  private async tellCheckpoints(siteId: string, mine: ReadonlySet<number>): Promise<boolean> {
    const site = this.sites.get(siteId);
    this.checkpoints.delete(siteId);
    if (site === undefined || !mine.has(site.partition)) return false;
    try {
      const found = await readCheckpoints(this.parts.pool, siteId, site.checkpointSize, PAGE);
      const last = found.at(-1);
      if (last === undefined) return false;
      const topic = topicName(this.parts.prefix, 'checkpoints');
      const records = found.map(({ note }) => ({
        topic,
        partition: site.partition,
        key: siteId,
        value: Buffer.from(note),
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      }));
      await this.send('checkpoints', records, [
        { siteId, topic: 'checkpoints', position: last.size },
      ]);
      site.checkpointSize = last.size;
      if (found.length < PAGE) return false;
    } catch (error) {
      this.checkpoints.add(siteId);
      throw error;
    }
    this.checkpoints.add(siteId);
    return true;
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
    await this.parts.producer.send(records);
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
