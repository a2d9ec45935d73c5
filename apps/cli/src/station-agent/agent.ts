import { type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { PoisonError, RetriableError, type StationKind } from '#contracts';
import {
  type InputMark,
  type Spool,
  type StationPosition,
  type UploadStats,
  type Uploader,
  createUploader,
  fetchPosition,
  openSpool,
  spoolExists,
} from '#edge';
import { type Input, type InputRecord, pause } from './input.js';
import type { Converter } from './input-converter.js';
import { RefusedRecords } from './refused-records.js';

export interface AgentOptions {
  readonly source: string;
  readonly siteId: string;
  readonly kind: StationKind | undefined;
  readonly privateKey: KeyObject;
  readonly token: string;
  readonly gatewayUrl: string;
  /** Folder of spool and refused records, of this station alone. */
  readonly dataDir: string;
  readonly spoolBytes: number;
  readonly syncEveryMs: number | 'os';
  readonly gzip?: boolean | undefined;
  /** Something is wrong and is being tried again. */
  readonly onProblem: (why: string) => void;
  /** The spool failed: nothing more can be taken. */
  readonly onFailure: (error: unknown) => void;
}

export interface AgentStats extends UploadStats {
  readonly source: string;
  readonly boot: number;
  readonly lastSeq: number;
  /** Records of inputs that became events, and that became none. */
  readonly taken: number;
  readonly refused: number;
  /** Events that are not safe, and their bytes. */
  readonly kept: number;
  readonly keptBytes: number;
  readonly spoolBytes: number;
  /** Never acknowledged. */
  readonly unsent: number;
  /** Why inputs wait; null: they do not. */
  readonly waiting: string | null;
}

const POSITION_WITHIN_MS = 5_000;
const ASK_AGAIN_MS = 1_000;
const FULL_RETRY_MS = 200;

/** One station: takes records of inputs into a spool, seals, and uploads. */
export class StationAgent {
  readonly refused: RefusedRecords;
  #taken = 0;
  #waiting: string | null = null;

  private constructor(
    private readonly options: AgentOptions,
    readonly spool: Spool,
    private readonly uploader: Uploader,
  ) {
    this.refused = new RefusedRecords(join(options.dataDir, 'refused.ndjson'));
  }

  /**
   * Opens the spool and starts the upload. A new spool waits for the position: without it, and with
   * a clock that went back, it could begin with a boot that was there before. Null: aborted.
   */
  static async start(options: AgentOptions, signal: AbortSignal): Promise<StationAgent | null> {
    const dir = join(options.dataDir, 'spool');
    let position = await askPosition(options);
    while (position === null && !spoolExists(dir)) {
      if (!(await pause(ASK_AGAIN_MS, signal))) return null;
      position = await askPosition(options);
    }
    const { source, siteId, privateKey, onProblem, onFailure } = options;
    const spool = openSpool({
      dir,
      source,
      siteId,
      privateKey,
      software: { name: 'urbanmine-station-agent', version: '0.1.0' },
      position,
      maxBytes: options.spoolBytes,
      syncEveryMs: options.syncEveryMs,
      onFailure,
    });
    for (const damage of spool.damage) onProblem(`the spool is damaged: ${damage}`);
    const { gatewayUrl, token, gzip = false } = options;
    const uploader = createUploader({ gatewayUrl, token, spool, gzip, onProblem, onFailure });
    uploader.start();
    return new StationAgent(options, spool, uploader);
  }

  stats(): AgentStats {
    const { boot, lastSeq, kept, keptBytes, unsent, maxBytes } = this.spool.stats();
    return {
      ...this.uploader.stats(),
      source: this.spool.source,
      boot,
      lastSeq,
      taken: this.#taken,
      refused: this.refused.count,
      kept,
      keptBytes,
      spoolBytes: maxBytes,
      unsent,
      waiting: this.#waiting,
    };
  }

  /** Resolves when the inputs have ended or `signal` aborts. */
  async read(inputs: readonly Input[], converter: Converter, signal: AbortSignal): Promise<void> {
    const take = (record: InputRecord): Promise<void> => this.#take(record, converter, signal);
    await Promise.all(inputs.map((input) => input.run(take, signal)));
  }

  /** Resolves with true when the ledger has everything, with false after `ms` or an abort. */
  async untilSafe(ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.spool.hasUnsealed) this.spool.seal();
    const deadline = performance.now() + ms;
    while (this.spool.stats().kept > 0) {
      if (performance.now() > deadline || !(await pause(50, signal))) return false;
    }
    return true;
  }

  /** Sends for up to `flushMs` what was not sent yet; what is left stays in the spool. */
  async stop(flushMs: number): Promise<void> {
    if (flushMs > 0 && this.spool.hasUnsealed) this.spool.seal();
    await this.uploader.stop(flushMs);
    await this.spool.close();
  }

  async #take(record: InputRecord, converter: Converter, signal: AbortSignal): Promise<void> {
    const { bytes, header, place, mark, isPlaceOnly } = record;
    if (isPlaceOnly === true) {
      await this.#mark(mark, signal);
      return;
    }
    try {
      if (bytes === null) throw new PoisonError('longer than any event can be', 'too-large');
      const event = converter.convert(bytes, header);
      await this.#whenRoom(signal, () => this.spool.append(event, mark ?? undefined));
      this.#taken++;
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
      this.options.onProblem(`${place}: refused: ${error.message}`);
      this.refused.add(place, error.message, bytes);
      await this.#mark(mark, signal);
    }
  }

  async #mark(mark: InputMark | null, signal: AbortSignal): Promise<void> {
    if (mark === null) return;
    await this.#whenRoom(signal, () => {
      this.spool.mark(mark);
    });
  }

  /** A full spool or disk holds the input back; an abort leaves the record with the input. */
  async #whenRoom(signal: AbortSignal, action: () => unknown): Promise<void> {
    for (;;) {
      try {
        action();
        this.#waiting = null;
        return;
      } catch (error) {
        if (!(error instanceof RetriableError)) throw error;
        if (this.#waiting === null) this.options.onProblem(`the input waits: ${error.message}`);
        this.#waiting = error.message;
      }
      if (!(await pause(FULL_RETRY_MS, signal))) throw signal.reason;
    }
  }
}

async function askPosition(options: AgentOptions): Promise<StationPosition | null> {
  try {
    return await fetchPosition(options, AbortSignal.timeout(POSITION_WITHIN_MS));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    options.onProblem(`no position of ${options.source}: ${why}`);
    return null;
  }
}
