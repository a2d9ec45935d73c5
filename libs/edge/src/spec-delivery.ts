import { createPrivateKey } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  EVENTS,
  RetriableError,
  decodeBody,
  decodeStructured,
  digestsOf,
  sha256,
} from '#contracts';
import { FaultyDisk } from './spec-disk.js';
import { type Spool, openSpool } from './spool.js';
import { createStationIdentity } from './station-identity.js';
import type { StationPosition } from './station-position.js';

/** Station, disk, network, gateway, broker and ledger for the law of delivery. */

const SOURCE = 'north.gate';
const key = createPrivateKey(createStationIdentity({ source: SOURCE, kind: 'gate' }).privateKeyPem);

/** Gateway, broker and ledger as a station sees them. */
export class ModelLedger {
  /** SHA-256 of the data that a station first made, by `<boot>.<seq>`. */
  readonly held = new Map<string, string>();
  /** Digest of what arrived first under each id: another saying would be an equivocation. */
  readonly #said = new Map<string, string>();
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
      const said = Buffer.concat([made.attributes, made.data]).toString('hex');
      const id = `${attributes.boot}.${attributes.seq}`;
      const before = this.#said.get(id) ?? said;
      if (before !== said) throw new Error(`equivocation ${id}`);
      this.#said.set(id, said);
      const digest =
        typed.key === 'eventVoided' ? typed.data.dataSha256 : made.data.toString('hex');
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

/** What becomes of a request: `late` arrives after others, `half` reached the broker in part. */
export type Fate = 'answered' | 'answer-lost' | 'not-sent' | 'half' | 'late';

const INPUT = 'lines';

/** Data of line `n` of the input; every fifth is refused by the gateway. */
const dataOf = (n: number): string =>
  JSON.stringify({
    visitId: 'north.visit-1',
    direction: 'inbound',
    documents: [String(n)],
    ...(n % 5 === 3 ? { bad: true } : {}),
  });

/** A station that reads the lines of an endless input, each to be delivered once. */
export class ModelStation {
  nowMs = Date.parse('2026-11-24T08:00:00.000Z');
  elapsedMs = 0;
  readonly ledger = new ModelLedger();
  readonly disk = new FaultyDisk();
  /** Lines that were ever taken. */
  #taken = 0;
  #late: Buffer[][] = [];
  #dirs: string[] = [];
  #spool: Spool | null = null;

  constructor() {
    this.#open(this.#dir(), null);
  }

  /** Takes lines from where the spool says that it stands. */
  take(count: number): void {
    const spool = this.#spool;
    for (let taken = 0; spool !== null && taken < count; taken++) {
      const n = Number(spool.marks().get(INPUT) ?? 0);
      const event = { type: EVENTS.vehicleArrived.type, subject: 'north.visit-1', data: dataOf(n) };
      const done = this.#unlessFull(() =>
        spool.append(event, { input: INPUT, value: String(n + 1) }),
      );
      if (!done) return;
      this.#taken = Math.max(this.#taken, n + 1);
    }
  }

  seal(): void {
    this.#unlessFull(() => this.#spool?.seal());
  }

  async sync(): Promise<void> {
    await this.#spool?.sync();
  }

  async send(limit: number, fate: Fate): Promise<void> {
    const spool = this.#spool;
    const batch = spool?.nextBatch({ events: limit, bytes: 2_000 }) ?? [];
    if (spool === null || batch.length === 0 || fate === 'not-sent') return;
    const lines = batch.map((event) => Buffer.from(spool.lineOf(event)));
    if (fate === 'late') this.#late.push(lines);
    if (fate === 'late') return;
    const refused = this.ledger.post(fate === 'half' ? lines.slice(0, lines.length / 2) : lines);
    if (fate !== 'answered') return;
    for (const at of refused) {
      await spool.voidEvent(batch[at]!, 'bad').catch((error: unknown) => {
        if (!(error instanceof RetriableError)) throw error;
      });
    }
    if (refused.length === 0) spool.acknowledge(batch);
  }

  /** What was under way arrives, the newest first. */
  arrive(): void {
    for (const lines of this.#late.splice(0).reverse()) this.ledger.post(lines);
  }

  poll(): void {
    const position = this.ledger.position();
    this.#spool?.release(position);
    this.#unlessFull(() => {
      this.#spool?.adopt(position);
    });
  }

  /** Power cut: of what was not synced, `share` of the bytes reached the disk. */
  async crash(share: number, isGatewayAway: boolean): Promise<void> {
    const from = this.#dirs.at(-1)!;
    const dir = this.#dir();
    cpSync(from, dir, { recursive: true, filter: (path) => !path.endsWith('lock') });
    for (const [path, { size, synced }] of this.disk.files(from)) {
      truncateSync(join(dir, basename(path)), synced + Math.floor((size - synced) * share));
    }
    await this.#spool?.close();
    this.nowMs += 2_000;
    this.#open(dir, isGatewayAway ? null : this.ledger.position());
  }

  /** Everything heals; resolves when nothing is left to deliver. */
  async drain(): Promise<void> {
    this.disk.freeBytes = Infinity;
    if (this.#spool === null) this.#open(this.#dirs.at(-1)!, this.ledger.position());
    this.arrive();
    const spool = this.#spool!;
    for (let round = 0; round === 0 || spool.outbox.size > 0; round++) {
      if (round > 100) throw new Error('the spool does not become empty');
      this.take(this.#taken - Number(spool.marks().get(INPUT) ?? 0));
      await this.sync();
      for (let sent = 0; sent < 50 && spool.outbox.sendable > 0; sent++) {
        await this.send(50, 'answered');
      }
      this.ledger.commit(Infinity);
      this.poll();
      this.elapsedMs += 31_000;
    }
  }

  /** How often the ledger has each line that was taken. */
  deliveries(): number[] {
    const held = [...this.ledger.held.values()];
    return Array.from({ length: this.#taken }, (_, n) => {
      const digest = sha256(Buffer.from(dataOf(n))).toString('hex');
      return held.filter((other) => other === digest).length;
    });
  }

  async close(): Promise<void> {
    await this.#spool?.close();
    for (const dir of this.#dirs) rmSync(dir, { recursive: true, force: true });
  }

  #unlessFull(action: () => unknown): boolean {
    try {
      action();
      return true;
    } catch (error) {
      if (!(error instanceof RetriableError)) throw error;
      return false;
    }
  }

  #dir(): string {
    const dir = mkdtempSync(join(tmpdir(), 'urbanmine-delivery-'));
    this.#dirs.push(dir);
    return dir;
  }

  /** On a full disk there is no spool until it is free. */
  #open(dir: string, position: StationPosition | null): void {
    this.#spool = null;
    this.#unlessFull(() => {
      this.#spool = openSpool({
        dir,
        source: SOURCE,
        siteId: 'north',
        privateKey: key,
        software: { name: 'spec', version: '1' },
        sealing: 'manual',
        segmentBytes: 3_000,
        cacheBytes: 700,
        maxBytes: 12_000,
        now: () => this.nowMs,
        elapsed: () => this.elapsedMs,
        files: this.disk,
        position,
      });
    });
  }
}
