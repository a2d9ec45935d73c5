import { createPrivateKey } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EVENTS, decodeBody, decodeStructured, digestsOf } from '#contracts';
import { type Spool, openSpool } from './spool.js';
import type { SpooledEvent } from './spool-replay.js';
import { createStationIdentity } from './station-identity.js';
import type { StationPosition } from './station-position.js';

/**
 * The law: whatever crashes, is lost, refused or sent twice, in any order, in the end the ledger
 * has every event that the station kept, once, and never two different ones under one seq.
 */

const SOURCE = 'north.gate';
const key = createPrivateKey(createStationIdentity({ source: SOURCE, kind: 'gate' }).privateKeyPem);

/** Gateway, broker and ledger as a station sees them. */
class ModelLedger {
  readonly held = new Map<string, string>();
  /** Acknowledged, not yet read by the ledger. */
  #broker: Buffer[] = [];
  #gaps = new Set<string>();

  /** 202, or the indices that are refused. */
  post(lines: readonly Buffer[]): number[] {
    const refused = lines.flatMap((line, at) => (line.includes('"bad":true') ? [at] : []));
    if (refused.length === 0) this.#broker.push(...lines.map((line) => Buffer.from(line)));
    return refused;
  }

  commit(count: number): void {
    for (const line of this.#broker.splice(0, count)) {
      const { attributes, data, body } = decodeStructured(line);
      const typed = decodeBody(attributes.type, body);
      const made = digestsOf(attributes, data);
      const digest =
        typed.key === 'eventVoided'
          ? typed.data.dataSha256 + attributes.time
          : made.data.toString('hex');
      const id = `${attributes.boot}.${attributes.seq}`;
      if (this.held.has(id) && this.held.get(id) !== digest) throw new Error(`equivocation ${id}`);
      this.held.set(id, digest);
    }
  }

  /** A power cut: what no ledger has read is gone. */
  loseTail(): void {
    this.#broker = [];
  }

  /** The ledger gives up waiting for what is missing below the highest seq. */
  declareGaps(): void {
    for (const [boot, highest] of this.#boots()) {
      for (let seq = 1; seq < highest; seq++) {
        if (!this.held.has(`${boot}.${seq}`)) this.#gaps.add(`${boot}.${seq}`);
      }
    }
  }

  position(): StationPosition {
    const boots = [...this.#boots()].map(([boot, highest]) => {
      let position = 0;
      const openSlots: [number, number][] = [];
      for (let seq = 1; seq <= highest; seq++) {
        const id = `${boot}.${seq}`;
        if (!this.held.has(id) && !this.#gaps.has(id)) break;
        if (!this.held.has(id)) openSlots.push([seq, seq]);
        position = seq;
      }
      return { boot, position, openSlots };
    });
    return { source: SOURCE, boots };
  }

  #boots(): Map<number, number> {
    const boots = new Map<number, number>();
    for (const id of this.held.keys()) {
      const [boot, seq] = id.split('.').map(Number);
      boots.set(boot!, Math.max(boots.get(boot!) ?? 0, seq!));
    }
    return boots;
  }
}

class Station {
  nowMs = Date.parse('2026-11-24T08:00:00.000Z');
  readonly ledger = new ModelLedger();
  /** Ids of events that the station must not lose. */
  kept = new Set<string>();
  #count = 0;
  #dirs: string[] = [];
  #spool: Spool;

  constructor() {
    this.#spool = this.#open(this.#dir());
  }

  append(isBad: boolean): void {
    const data = {
      visitId: 'north.visit-1',
      direction: 'inbound',
      documents: [`${this.#count++}`],
    };
    const { boot, seq } = this.#spool.append({
      type: EVENTS.vehicleArrived.type,
      subject: 'north.visit-1',
      data: isBad ? { ...data, bad: true } : data,
    });
    this.kept.add(`${boot}.${seq}`);
  }

  seal(): void {
    this.#spool.seal();
  }

  sync(): Promise<void> {
    return this.#spool.sync();
  }

  async send(limit: number, isAnswerLost: boolean): Promise<void> {
    const batch = this.#spool.nextBatch({ events: limit, bytes: 2_000 });
    const refused = this.ledger.post(batch.map((event) => this.#spool.lineOf(event)));
    if (isAnswerLost) return;
    for (const at of refused) await this.#spool.voidEvent(batch[at]!, 'bad');
    if (refused.length === 0) this.#spool.acknowledge(batch);
  }

  poll(): void {
    this.#spool.release(this.ledger.position());
  }

  /** Power cut: of what was not synced, `share` of the bytes reached the disk. */
  async crash(share: number, isGatewayAway: boolean): Promise<void> {
    const old = this.#spool;
    const { durable, lost, end } = durableOf(old);
    const dir = this.#dir();
    const from = this.#dirs.at(-2)!;
    cpSync(from, dir, { recursive: true, filter: (path) => !path.endsWith('lock') });
    const last = readdirSync(dir).sort().at(-1)!;
    if (lost.length > 0 && end !== null) {
      const tail = lost.reduce((sum, { place }) => Math.max(sum, place!.end), 0) - end;
      truncateSync(join(dir, last), end + Math.floor(tail * share));
    }
    await old.close();
    this.nowMs += 2_000;
    this.#spool = this.#open(dir, isGatewayAway ? null : this.ledger.position());
    const back = new Set(this.#spool.outbox.events().map(({ boot, seq }) => `${boot}.${seq}`));
    for (const { boot, seq } of durable) {
      const isReleased = !isGatewayAway && this.ledger.held.has(`${boot}.${seq}`);
      if (!isReleased) expect(back).toContain(`${boot}.${seq}`);
    }
    for (const { boot, seq } of lost) {
      if (!back.has(`${boot}.${seq}`)) this.kept.delete(`${boot}.${seq}`);
    }
  }

  async drain(): Promise<void> {
    for (let round = 0; this.#spool.outbox.size > 0; round++) {
      if (round > 100) throw new Error('the spool does not become empty');
      await this.sync();
      for (let sent = 0; sent < 50 && this.#spool.outbox.sendable > 0; sent++) {
        await this.send(50, false);
      }
      this.ledger.commit(Infinity);
      this.poll();
      this.nowMs += 31_000;
    }
  }

  async close(): Promise<void> {
    await this.#spool.close();
    for (const dir of this.#dirs) rmSync(dir, { recursive: true, force: true });
  }

  #dir(): string {
    const dir = mkdtempSync(join(tmpdir(), 'urbanmine-delivery-'));
    this.#dirs.push(dir);
    return dir;
  }

  #open(dir: string, position: StationPosition | null = null): Spool {
    return openSpool({
      dir,
      source: SOURCE,
      siteId: 'north',
      privateKey: key,
      software: { name: 'spec', version: '1' },
      sealing: 'manual',
      segmentBytes: 1_500,
      cacheBytes: 700,
      now: () => this.nowMs,
      position,
    });
  }
}

function durableOf(spool: Spool): {
  durable: readonly SpooledEvent[];
  lost: readonly SpooledEvent[];
  /** Where the volatile bytes begin in the newest segment. */
  end: number | null;
} {
  const events = spool.outbox.events();
  const from = events.length - spool.outbox.volatile;
  const lost = events.slice(from);
  const first = lost.find(({ place }) => place!.segment === lost.at(-1)!.place!.segment);
  // A record's head stands before its line: 8 bytes of frame and 77 of kind, ids and digests.
  return { durable: events.slice(0, from), lost, end: first ? first.place!.start - 85 : null };
}

type Step = (station: Station) => void | Promise<void>;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.boolean().map((bad): Step => (station) => {
      station.append(bad);
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constant<Step>((station) => {
      station.seal();
    }),
  },
  { weight: 4, arbitrary: fc.constant<Step>((station) => station.sync()) },
  {
    weight: 6,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.boolean()).map(
      ([limit, lost]): Step =>
        (station) =>
          station.send(limit, lost),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.nat(6).map((count): Step => (station) => {
      station.ledger.commit(count);
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Step>((station) => {
      station.ledger.loseTail();
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Step>((station) => {
      station.ledger.declareGaps();
    }),
  },
  {
    weight: 3,
    arbitrary: fc.constant<Step>((station) => {
      station.poll();
    }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()).map(
      ([share, away]): Step =>
        (station) =>
          station.crash(share, away),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Step>((station) => {
      station.nowMs += 31_000;
    }),
  },
);

describe('Delivery', () => {
  it('brings every kept event once, in spite of crashes, losses, refusals and repeats', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const station = new Station();
        try {
          for (const take of steps) await take(station);
          await station.drain();
          for (const id of station.kept) expect(station.ledger.held.has(id)).toBe(true);
        } finally {
          await station.close();
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
