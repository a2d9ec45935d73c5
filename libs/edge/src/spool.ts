import { mkdirSync } from 'node:fs';
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
import { eventRecordHead } from './segment-record.js';
import { type SpooledEvent, headerOf, replay } from './spool-replay.js';
import {
  type EventMark,
  type NewEvent,
  SPOOL_DEFAULTS,
  type SpoolOptions,
  type SpoolStats,
} from './spool-options.js';
import { type BootDecision, type StationPosition, decideBoot } from './station-position.js';
import { structuredLine } from './structured-line.js';

const SEAL_WITHIN_MS = 900;
const SEAL_IDLE_MS = 3_600_000;
const LINE_BREAK = /[\n\r]/;

/**
 * The durable, bounded memory of one station: gives every event its boot and seq, keeps its exact
 * bytes until the ledger has them, and seals what it gave. `createUploader` empties it.
 */
export class Spool {
  readonly source: string;
  readonly outbox = new Outbox<SpooledEvent>();
  readonly #options: Required<SpoolOptions>;
  readonly #journal: Journal | null;
  readonly #unlock: () => void;
  #state: SealState;
  #cachedBytes = 0;
  #sealTimer: NodeJS.Timeout | undefined;
  #sealSoon = false;
  #syncTimer: NodeJS.Timeout | undefined;
  #syncing: Promise<void> | null = null;
  #syncedAtMs = 0;
  #closed = false;
  #wake: () => void = () => undefined;

  constructor(options: SpoolOptions) {
    this.source = options.source;
    this.#options = { ...SPOOL_DEFAULTS, ...options };
    const { dir, position } = this.#options;
    if (dir !== null) mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#unlock = dir === null ? (): void => undefined : lockDirectory(dir);
    this.#journal = dir === null ? null : new Journal(dir);
    const { state, events } = replay(this.#journal, options.source);
    for (const event of events) this.outbox.add(event);
    this.outbox.markDurable(events.length);
    if (position !== null) this.release(position);
    this.#state = state ?? startOfBoot(0);
    this.#begin(decideBoot(state, position, this.#nowSeconds()));
    this.#scheduleSeal(this.#state.hasUnsealed);
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
    return this.outbox.bytes + bytes <= this.#options.maxBytes;
  }

  stats(): SpoolStats {
    const { size: kept, bytes: keptBytes, unsent } = this.outbox;
    const { maxBytes } = this.#options;
    return { boot: this.boot, lastSeq: this.lastSeq, kept, keptBytes, unsent, maxBytes };
  }

  /**
   * Gives the event the next seq and keeps it. Throws a PoisonError when it can never be accepted,
   * a RetriableError when the spool is full; no seq is used up then.
   */
  append(event: NewEvent): EventMark {
    const data = serialised(event);
    if (!this.hasRoom(data.length)) {
      throw new RetriableError(
        `the spool of ${this.source} is full: ${this.outbox.bytes} bytes are not safe yet`,
      );
    }
    const mark = this.#add(event, data, 'event');
    this.#scheduleSeal(true);
    return mark;
  }

  /** Seals everything not sealed yet, an earlier seal included; null when there is nothing. */
  seal(): EventMark | null {
    if (this.#state.lastSeq === this.#state.sealedThrough) return null;
    const data = JSON.stringify(sealData(this.source, this.#state, this.#options.privateKey));
    const mark = this.#add({ type: SEAL_TYPE, subject: this.source, data }, data, 'seal');
    this.#sealSoon = false;
    this.#scheduleSeal(false);
    this.#syncSoon(0);
    return mark;
  }

  /** Begins a new boot when the ledger knows more of this source than the spool does. */
  adopt(position: StationPosition): void {
    this.#begin(decideBoot(this.#state, position, this.#nowSeconds()));
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
    this.outbox.acknowledge(batch, this.#options.now());
  }

  /** Forgets what is safe. */
  release(position: StationPosition): void {
    for (const event of this.outbox.release(position, this.#options.now())) {
      if (event.line !== null) this.#cachedBytes -= event.line.length;
      if (event.place !== null) this.#journal?.release(event.place);
    }
  }

  /**
   * Puts `event.voided` in the place of an event that the gateway refused. The seal chain keeps the
   * event that was made. It is on disk when the promise resolves.
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
    const place = this.#journal?.append(head, line) ?? null;
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
    if (this.#options.sealing === 'auto' && this.#state.hasUnsealed) this.seal();
    clearTimeout(this.#sealTimer);
    await this.sync();
    this.#closed = true;
    clearTimeout(this.#sealTimer);
    clearTimeout(this.#syncTimer);
    this.#journal?.close();
    this.#unlock();
  }

  #nowSeconds(): number {
    return Math.floor(this.#options.now() / 1_000);
  }

  #begin(decision: BootDecision): void {
    if (decision.kind === 'go-on') return;
    const { boot, previousBoot, previousLastSeq } = decision;
    this.#state = startOfBoot(boot);
    this.#journal?.begin(headerOf(this.source, this.#state));
    const data = JSON.stringify({
      previousBoot,
      previousLastSeq,
      software: this.#options.software,
    });
    this.#add({ type: EVENTS.stationBooted.type, subject: this.source, data }, data, 'event');
    this.#scheduleSeal(true);
  }

  #attributes(event: NewEvent, boot: number, seq: number): EventAttributes {
    const { type, subject, actor, entrymode, dataschema, traceparent } = event;
    const time = event.time ?? new Date(this.#options.now()).toISOString();
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

  #add(event: NewEvent, data: string | Buffer, kind: 'event' | 'seal'): EventMark {
    const { boot } = this.#state;
    const seq = this.#state.lastSeq + 1;
    const attributes = this.#attributes(event, boot, seq);
    assertAttributes(attributes);
    const { line, digests, dataBytes } = structuredLine(attributes, data);
    const most = definitionOf(event.type)?.dataBytesMax ?? DATA_BYTES_MAX;
    if (dataBytes > most) {
      throw new PoisonError(`data: ${dataBytes} bytes, at most ${most}`, 'too-large');
    }
    const place = this.#write({ kind, boot, seq, digests }, line);
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

  #write(record: Parameters<typeof eventRecordHead>[0], line: Buffer): SpooledEvent['place'] {
    const journal = this.#journal;
    if (journal === null) return null;
    if ((journal.activeBytes ?? 0) >= this.#options.segmentBytes) {
      journal.begin(headerOf(this.source, this.#state));
    }
    return journal.append(eventRecordHead(record, line), line);
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
    const wait = this.#syncedAtMs + Number(everyMs) - Date.now();
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
    this.#syncedAtMs = Date.now();
    if (count > 0) await journal.sync();
    this.outbox.markDurable(count);
    this.#wake();
  }

  #scheduleSeal(soon: boolean): void {
    if (this.#options.sealing === 'manual' || this.#sealSoon) return;
    this.#sealSoon = soon;
    clearTimeout(this.#sealTimer);
    const wait = soon ? SEAL_WITHIN_MS : SEAL_IDLE_MS;
    this.#sealTimer = setTimeout(() => {
      try {
        this.seal();
      } catch (error) {
        this.#options.onFailure(error);
      }
    }, wait).unref();
  }
}

/** Opens the spool of a source, made anew when the folder is empty. */
export const openSpool = (options: SpoolOptions): Spool => new Spool(options);

function serialised({ data }: NewEvent): string | Buffer {
  if (typeof data !== 'string' && !Buffer.isBuffer(data)) return JSON.stringify(data);
  if (typeof data === 'string' ? LINE_BREAK.test(data) : data.includes(10) || data.includes(13)) {
    throw new PoisonError('data: holds a line break; give it as compact JSON', 'data-invalid');
  }
  return data;
}
