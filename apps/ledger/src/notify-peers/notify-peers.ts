import type { Pool } from '#database';
import type { Logger } from '#process';
import type { BookedSite } from '../book-batch/booked-site.js';
import type { Claims } from '../claim-partition/claims.js';
import { readNotices, readNoticeCounts } from './notices.store.js';
import type { NotifyMetrics } from './notify.metrics.js';
import type { OutgoingNotice, PeerPort } from './peer-client.js';

export interface NotifyParts {
  readonly pool: Pool;
  readonly claims: Claims;
  readonly metrics: NotifyMetrics;
  readonly logger: Logger;
  readonly peers: readonly PeerPort[];
}

/** Notices of a site here for one other site. */
interface Outgoing {
  readonly partition: number;
  lastSeq: number;
  /** The other ledger has every notice up to here. */
  safeSeq: number;
  /** Acknowledged by the other gateway, and when; forgotten once safe. */
  readonly sentAt: Map<number, number>;
}

const PAGE = 100;
/** What was acknowledged but is not in the other log after this time is sent again. */
const AGAIN_MS = 30_000;
const PAUSE_MIN_MS = 1_000;
const PAUSE_MAX_MS = 60_000;

interface Standing {
  readonly peer: PeerPort;
  failures: number;
  askAgainAt: number;
}

/**
 * Tells the ledgers of other sites what was received of their shipments, as a station would: through
 * their gateway, until their position covers it. Nothing is remembered: where the other ledger
 * stands is asked for, so a start after a kill just goes on, and a ledger that was set back is
 * told again. A peer that cannot be reached keeps its notices waiting and nothing else.
 */
export class NotifyPeers {
  private readonly outgoing = new Map<string, Outgoing>();
  private readonly standings: readonly Standing[];
  private readonly stopping = new AbortController();

  constructor(private readonly parts: NotifyParts) {
    this.standings = parts.peers.map((peer) => ({ peer, failures: 0, askAgainAt: 0 }));
    parts.claims.listen({
      onClaimed: (partition) => this.open(partition),
      onDropped: (partition) => {
        for (const [key, of] of this.outgoing) {
          if (of.partition === partition) this.outgoing.delete(key);
        }
        this.count();
      },
    });
  }

  /** After a commit; takes note of the seqs alone, the notices themselves are in the database. */
  noteBooked(booked: readonly BookedSite[]): void {
    for (const { partition, result } of booked) {
      for (const { destination, seq } of result.notices) {
        this.note(partition, result.siteId, destination, seq);
      }
    }
    this.count();
  }

  /** A round of each peer, so that a slow one holds up no other. True: there is more to send. */
  get rounds(): { readonly peer: string; readonly run: () => Promise<boolean> }[] {
    return this.standings.map((standing) => ({
      peer: `${standing.peer.from} to ${standing.peer.to}`,
      run: () => this.round(standing),
    }));
  }

  /** Gives up what is being sent. */
  stop(): void {
    this.stopping.abort();
  }

  private async open(partition: number): Promise<void> {
    for (const count of await readNoticeCounts(this.parts.pool, partition)) {
      this.note(partition, count.siteId, count.destination, count.lastSeq);
    }
    this.count();
  }

  private note(partition: number, siteId: string, destination: string, seq: number): void {
    const key = keyOf(siteId, destination);
    const known = this.outgoing.get(key);
    if (known !== undefined) known.lastSeq = Math.max(known.lastSeq, seq);
    else this.outgoing.set(key, { partition, lastSeq: seq, safeSeq: 0, sentAt: new Map() });
  }

  private async round(standing: Standing): Promise<boolean> {
    const { peer } = standing;
    const outgoing = this.outgoing.get(keyOf(peer.from, peer.to));
    if (outgoing === undefined || outgoing.safeSeq >= outgoing.lastSeq) return false;
    if (standing.askAgainAt > Date.now()) return false;
    const mine = await this.parts.claims.confirmed();
    if (!mine.has(outgoing.partition)) return false;
    const asked = await peer.position(this.stopping.signal);
    if (asked.kind !== 'answered') return this.pause(standing, asked);
    const { position: above, openSlots: slots } = asked.value ?? { position: 0, openSlots: [] };
    this.settle(outgoing, above, slots);
    const page = await readNotices(this.parts.pool, peer, { above, slots }, PAGE);
    const due = page.filter(
      ({ seq }) => (outgoing.sentAt.get(seq) ?? -Infinity) <= Date.now() - AGAIN_MS,
    );
    if (due.length > 0) {
      const sent = await peer.send(due, this.stopping.signal);
      if (sent.kind !== 'answered') return this.pause(standing, sent);
      this.acknowledge(outgoing, due);
    }
    standing.failures = 0;
    return due.length === PAGE;
  }

  private settle(
    outgoing: Outgoing,
    above: number,
    slots: readonly (readonly [number, number])[],
  ): void {
    // Everything below the first open slot, or up to the position, is in the other log.
    outgoing.safeSeq = Math.min(above, (slots[0]?.[0] ?? Infinity) - 1);
    for (const seq of outgoing.sentAt.keys()) {
      const isOpen = slots.some(([first, last]) => first <= seq && seq <= last);
      // An open slot was given up there: what fills it is wanted at once.
      if (seq <= above || isOpen) outgoing.sentAt.delete(seq);
    }
    this.count();
  }

  private acknowledge(outgoing: Outgoing, notices: readonly OutgoingNotice[]): void {
    for (const { seq } of notices) outgoing.sentAt.set(seq, Date.now());
    this.parts.metrics.answers.inc({ outcome: 'accepted' }, notices.length);
  }

  private pause(
    standing: Standing,
    { kind, detail }: { readonly kind: 'refused' | 'unreachable'; readonly detail: string },
  ): false {
    if (this.stopping.signal.aborted) return false;
    const { peer } = standing;
    this.parts.metrics.answers.inc({ outcome: kind });
    if (standing.failures === 0) {
      const pair = { from: peer.from, to: peer.to };
      this.parts.logger.warn(
        { ...pair, detail },
        `notices wait, for the other site ${kind === 'refused' ? 'refuses them' : 'cannot be reached'}`,
      );
    }
    standing.failures += 1;
    const pauseMs = Math.min(PAUSE_MAX_MS, PAUSE_MIN_MS * 2 ** (standing.failures - 1));
    standing.askAgainAt = Date.now() + pauseMs * (0.8 + 0.4 * Math.random());
    return false;
  }

  private count(): void {
    let waiting = 0;
    for (const { lastSeq, safeSeq } of this.outgoing.values()) {
      waiting += Math.max(0, lastSeq - safeSeq);
    }
    this.parts.metrics.waiting.set(waiting);
  }
}

const keyOf = (siteId: string, destination: string): string => `${siteId} ${destination}`;
