import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  DATA_BYTES_MAX,
  EVENTS,
  type EventAttributes,
  PoisonError,
  RetriableError,
  assertAttributes,
  definitionOf,
} from '#contracts';
import { lockDirectory } from './directory-lock.js';
import { Journal } from './journal.js';
import { type BatchLimits, Outbox } from './outbox.js';
import { SEAL_TYPE, type SealState, afterEvent, sealData, startOfBoot } from './seal-state.js';
import { SealTimer } from './seal-timer.js';
import { type InputMark, eventRecordHead } from './segment-record.js';
import { syncFolder } from './spool-files.js';
import { type SpooledEvent, headerOf, replay } from './spool-replay.js';
import {
  type EventMark,
  type NewEvent,
  SPOOL_DEFAULTS,
  type SpoolOptions,
  type SpoolStats,
} from './spool-options.js';
import { StationClock } from './station-clock.js';
import { type BootDecision, type StationPosition, decideBoot } from './station-position.js';
import { serialised, structuredLine } from './structured-line.js';

/**
 * The durable, bounded memory of one station: gives every event its boot and seq, keeps its exact
 * bytes until the ledger has them, and seals what it gave. `createUploader` empties it.
 */
export class Spool {
  readonly source: string;
  readonly outbox = new Outbox<SpooledEvent>();
  /** What is missing in the middle of it, for a person; empty unless the disk broke its word. */
  readonly damage: readonly string[];
  readonly #options: Required<SpoolOptions>;
  readonly #clock: StationClock;
  readonly #journal: Journal | null;
  readonly #unlock: () => void;
  readonly #marks: Map<string, string>;
  readonly #sealTimer: SealTimer;
  #state: SealState;
  /** Data of a `station.booted` that is still to be said: the disk was full. */
  #toSayFirst: string | null = null;
  #cachedBytes = 0;
  #syncTimer: NodeJS.Timeout | undefined;
  #syncing: Promise<void> | null = null;
  #syncedAtMs = 0;
  #closed = false;
  #wake: () => void = () => undefined;

  constructor(options: SpoolOptions) {
    this.source = options.source;
    this.#options = { ...SPOOL_DEFAULTS, ...options };
    const { dir, now, onFailure } = this.#options;
    this.#clock = new StationClock(now);
    this.#sealTimer = new SealTimer(() => this.seal(), onFailure);
    if (dir !== null && mkdirSync(dir, { recursive: true, mode: 0o700 }) !== undefined) {
      syncFolder(dirname(dir));
    }
    this.#unlock = dir === null ? (): void => undefined : lockDirectory(dir);
    try {
      this.#journal = dir === null ? null : new Journal(dir, this.#options.files);
      const { state, events, marks, damage } = replay(this.#journal, options.source);
      this.damage = damage;
      this.#marks = new Map(marks);
      this.#state = state ?? startOfBoot(0);
      this.#open(state, events);
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  #open(state: SealState | null, events: readonly SpooledEvent[]): void {
    const { position } = this.#options;
    for (const event of events) this.outbox.add(event);
    this.outbox.markDurable(events.length);
    if (position !== null) this.release(position);
    this.#begin(decideBoot(state, position, this.#clock.nowSeconds()));
    if (this.#options.sealing === 'auto') this.#sealTimer.schedule(this.#state.hasUnsealed);
  }

  get boot(): number {
    return this.#state.boot;
  }

  /** Of this boot. */
  get lastSeq(): number {
    return this.#state.lastSeq;
  }

  /** There is an event after the last seal that is not itself a seal. */
  get hasUnsealed(): boolean {
    return this.#state.hasUnsealed;
  }

  /** Room for an event with so many bytes; without it `append` refuses. */
  hasRoom(bytes = DATA_BYTES_MAX): boolean {
    const { maxBytes, segmentBytes } = this.#options;
    const diskBytesMax = maxBytes * 1.5 + 2 * segmentBytes;
    const onDisk = this.#journal?.bytes ?? 0;
    return this.outbox.bytes + bytes <= maxBytes && onDisk + bytes <= diskBytesMax;
  }

  /** How far each input was read, by its name: what to go on from after a crash. */
  marks(): ReadonlyMap<string, string> {
    return this.#marks;
  }

  stats(): SpoolStats {
    const { size: kept, bytes: keptBytes, unsent } = this.outbox;
    const { maxBytes } = this.#options;
    return { boot: this.boot, lastSeq: this.lastSeq, kept, keptBytes, unsent, maxBytes };
  }

  /**
   * Gives the event the next seq and keeps it, in one step with the mark of the input it was read
   * from. Throws a PoisonError when it can never be accepted, a RetriableError when the spool or the
   * disk is full; no seq is used up then.
   */
  append(event: NewEvent, mark?: InputMark): EventMark {
    const data = serialised(event.data);
    if (!this.hasRoom(data.length)) {
      throw new RetriableError(
        `the spool of ${this.source} is full: ${this.outbox.bytes} bytes are not safe yet`,
      );
    }
    this.#sayBooted();
    const given = this.#add(event, data, 'event', mark);
    if (this.#options.sealing === 'auto') this.#sealTimer.schedule(true);
    return given;
  }

  /** Notes how far an input was read where nothing in it was an event. */
  mark(mark: InputMark): void {
    this.#rotate();
    this.#journal?.mark(mark);
    this.#marks.set(mark.input, mark.value);
  }

  /** Seals everything not sealed yet, an earlier seal included; null when there is nothing. */
  seal(): EventMark | null {
    this.#sayBooted();
    if (this.#state.lastSeq === this.#state.sealedThrough) return null;
    const data = JSON.stringify(sealData(this.source, this.#state, this.#options.privateKey));
    const mark = this.#add({ type: SEAL_TYPE, subject: this.source, data }, data, 'seal');
    if (this.#options.sealing === 'auto') this.#sealTimer.sealed();
    this.#syncSoon(0);
    return mark;
  }

  /** Begins a new boot when the ledger knows more of this source than the spool does. */
  adopt(position: StationPosition): void {
    this.#begin(decideBoot(this.#state, position, this.#clock.nowSeconds()));
  }

  /** Up to `limits`, each on disk, in the order to send them. */
  nextBatch(limits: BatchLimits): SpooledEvent[] {
    return this.outbox.nextBatch(limits);
  }

  lineOf(event: SpooledEvent): Buffer {
    return event.line ?? this.#journal!.read(event.place!);
  }

  /** The gateway answered 202 for them. */
  acknowledge(batch: readonly SpooledEvent[]): void {
    this.outbox.acknowledge(batch, this.#options.elapsed());
  }

  /** Forgets what is safe. */
  release(position: StationPosition): void {
    for (const event of this.outbox.release(position, this.#options.elapsed())) {
      if (event.line !== null) this.#cachedBytes -= event.line.length;
      if (event.place !== null) this.#journal?.release(event.place);
    }
  }

  /**
   * Puts `event.voided` in the place of an event that the gateway refused. The seal chain keeps the
   * event that was made. It is on disk when the promise resolves. Throws a RetriableError while the
   * disk is full.
   */
  async voidEvent(event: SpooledEvent, reason: string): Promise<void> {
    const { boot, seq, digests } = event;
    const data = JSON.stringify({
      attributesSha256: digests.attributes.toString('hex'),
      dataSha256: digests.data.toString('hex'),
      reason: reason.slice(0, 256) || 'refused',
    });
    const given = { type: EVENTS.eventVoided.type, subject: this.source, data };
    const { line } = structuredLine(this.#attributes(given, boot, seq), data);
    const head = eventRecordHead({ kind: 'void', boot, seq, digests }, line);
    const place = this.#journal?.append(head, line, true) ?? null;
    if (event.place !== null) this.#journal?.release(event.place);
    this.#cachedBytes += line.length - (event.line?.length ?? 0);
    event.line = line;
    event.place = place;
    event.voided = true;
    await this.sync();
  }

  /** Everything appended before the call is on disk when it resolves (not with `'os'`). */
  async sync(): Promise<void> {
    if (this.#options.syncEveryMs === 'os' || this.#journal === null || this.#closed) return;
    // The one under way began before the newest events.
    await this.#syncing;
    this.#syncing ??= this.#sync(this.#journal).finally(() => {
      this.#syncing = null;
    });
    await this.#syncing;
  }

  /** Called when events become ready to send; one listener, the uploader. */
  onSendable(listener: () => void): void {
    this.#wake = listener;
  }

  /** Seals what is unsealed, syncs, and closes the files. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    try {
      if (this.#options.sealing === 'auto' && this.#state.hasUnsealed) this.#lastSeal();
      await this.sync();
    } finally {
      this.#closed = true;
      this.#sealTimer.stop();
      clearTimeout(this.#syncTimer);
      this.#journal?.close();
      this.#unlock();
    }
  }

  /** On a full disk what is unsealed is sealed when the spool is opened again. */
  #lastSeal(): void {
    try {
      this.seal();
    } catch (error) {
      if (!(error instanceof RetriableError)) throw error;
    }
  }

  #begin(decision: BootDecision): void {
    if (decision.kind === 'go-on') return;
    const { boot, previousBoot, previousLastSeq } = decision;
    const state = startOfBoot(boot);
    this.#journal?.begin(headerOf(this.source, state, this.#marks), true);
    this.#state = state;
    const { software } = this.#options;
    this.#toSayFirst = JSON.stringify({ previousBoot, previousLastSeq, software });
    this.#sayBooted();
  }

  /** A boot begins with it, so nothing is said before. */
  #sayBooted(): void {
    const data = this.#toSayFirst;
    if (data === null) return;
    const type = EVENTS.stationBooted.type;
    this.#add({ type, subject: this.source, data }, data, 'booted');
    this.#toSayFirst = null;
    if (this.#options.sealing === 'auto') this.#sealTimer.schedule(true);
  }

  #attributes(event: NewEvent, boot: number, seq: number): EventAttributes {
    const { type, subject, actor, entrymode, dataschema, traceparent } = event;
    const time = event.time ?? this.#clock.time();
    const attributes = { source: this.source, boot, seq, type, time, subject };
    return {
      ...attributes,
      siteid: this.#options.siteId,
      ...(actor === undefined ? {} : { actor }),
      ...(entrymode === undefined ? {} : { entrymode }),
      ...(dataschema === undefined ? {} : { dataschema }),
      ...(traceparent === undefined ? {} : { traceparent }),
    };
  }

  #add(
    event: NewEvent,
    data: string | Buffer,
    what: 'booted' | 'event' | 'seal',
    mark?: InputMark,
  ): EventMark {
    const { boot } = this.#state;
    const seq = this.#state.lastSeq + 1;
    const attributes = this.#attributes(event, boot, seq);
    assertAttributes(attributes);
    const { line, digests, dataBytes } = structuredLine(attributes, data);
    const most = definitionOf(event.type)?.dataBytesMax ?? DATA_BYTES_MAX;
    if (dataBytes > most) {
      throw new PoisonError(`data: ${dataBytes} bytes, at most ${most}`, 'too-large');
    }
    const kind = what === 'seal' ? 'seal' : 'event';
    const place = this.#write({ kind, boot, seq, digests, mark }, line, what !== 'event');
    if (mark !== undefined) this.#marks.set(mark.input, mark.value);
    this.#state = afterEvent(this.#state, digests, kind === 'seal');
    const isCached = place === null || this.#cachedBytes + line.length <= this.#options.cacheBytes;
    if (isCached) this.#cachedBytes += line.length;
    this.outbox.add({
      boot,
      seq,
      digests,
      bytes: line.length,
      line: isCached ? line : null,
      place,
      voided: false,
      acknowledgedAtMs: null,
      resends: 0,
      safe: false,
    });
    this.#syncSoon();
    return { boot, seq };
  }

  #write(
    record: Parameters<typeof eventRecordHead>[0],
    line: Buffer,
    isUrgent: boolean,
  ): SpooledEvent['place'] {
    this.#rotate(isUrgent);
    return this.#journal?.append(eventRecordHead(record, line), line, isUrgent) ?? null;
  }

  #rotate(isUrgent = false): void {
    const bytes = this.#journal?.activeBytes ?? 0;
    if (bytes < this.#options.segmentBytes || this.#state.lastSeq === 0) return;
    this.#journal?.begin(headerOf(this.source, this.#state, this.#marks), isUrgent);
  }

  #syncSoon(everyMs = this.#options.syncEveryMs): void {
    const journal = this.#journal;
    if (journal === null || this.#options.syncEveryMs === 'os') {
      this.outbox.markDurable(this.outbox.volatile);
      this.#wake();
      return;
    }
    if (everyMs !== 0 && this.#syncTimer !== undefined) return;
    clearTimeout(this.#syncTimer);
    const wait = this.#syncedAtMs + Number(everyMs) - this.#options.elapsed();
    this.#syncTimer = setTimeout(
      () => {
        this.#syncTimer = undefined;
        this.sync().catch(this.#options.onFailure);
      },
      Math.max(0, wait),
    );
  }

  async #sync(journal: Journal): Promise<void> {
    const count = this.outbox.volatile;
    this.#syncedAtMs = this.#options.elapsed();
    await journal.sync();
    this.outbox.markDurable(count);
    this.#wake();
  }
}

/** Opens the spool of a source, made anew when the folder is empty. */
export const openSpool = (options: SpoolOptions): Spool => new Spool(options);
