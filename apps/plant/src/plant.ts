import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FRAME_PIECES_MAX, InvariantError } from '#contracts';
import {
  MODEL_LINES,
  type ModelLine,
  type ModelSite,
  lineStations,
  modelSite,
  readTokens,
} from '#edge';
import { conditionsOf } from './conditions.js';
import { KeptRuns } from './kept-runs.js';
import type { PlantConfig } from './plant.config.js';
import type { Yard } from './run-state.js';
import { SortingLine } from './sorting-line.js';
import { type Station, type StationListener, isPlayed, openStation } from './stations.js';
import { worldOf } from './worlds.js';

/** Longest time that a piece waits for its frame to fill. */
const LINGER_MS = 100;
/** With frames of a fixed size, many ticks make an even flow. */
const FINE_TICK_MS = 20;
/** A line that was held up does not make up for more than this. */
const CATCH_UP_MS = 1_000;
/** Scanning stops while a spool has less room than this. */
const ROOM_BYTES = 1_048_576;

/** Stations of a site that speak of every line's lots. */
const SHARED = ['gate', 'yard'] as const;

const weightOf = (line: ModelLine): number => worldOf(line).figures.rateWeight.value;

interface DrivenLine {
  readonly line: SortingLine;
  readonly stations: readonly Station[];
  /** Pieces a second. */
  readonly rate: number;
  /** Pieces that are due. */
  credit: number;
  scannedAtMs: number;
}

/** The simulated plant: all sites of the configuration, run by the wall clock. */
export class Plant {
  readonly #stations = new Map<string, Station>();
  readonly #lines: DrivenLine[] = [];
  #timer: NodeJS.Timeout | undefined;
  #tickedAtMs = 0;
  #pieces = 0;

  constructor(
    private readonly config: PlantConfig,
    private readonly listener: StationListener,
  ) {}

  /** Opens every spool, ends runs that were left open, and starts the lines. */
  async start(): Promise<void> {
    mkdirSync(this.config.DATA_DIR, { recursive: true });
    const { PLANT_SITES: count, PLANT_STREAMS: streams } = this.config;
    const sites = Array.from({ length: count }, (_, index) => modelSite(index + 1, streams));
    await Promise.all(sites.map((site) => this.#openStations(site)));
    const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
    for (const site of sites) this.#startLines(site, stamp);
    this.#tickedAtMs = Date.now();
    const isFine = this.config.PLANT_FRAME_PIECES !== undefined;
    this.#timer = setInterval(
      () => {
        this.#tick();
      },
      isFine ? FINE_TICK_MS : LINGER_MS,
    );
  }

  /** Pieces scanned, and events that are not acknowledged yet. */
  stats(): { readonly pieces: number; readonly unsent: number } {
    let unsent = 0;
    for (const { spool } of this.#stations.values()) unsent += spool.outbox.unsent;
    return { pieces: this.#pieces, unsent };
  }

  /** Stops scanning, seals, uploads for up to `withinMs`, and closes. What is left stays spooled. */
  async stop(withinMs: number): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(
      [...this.#stations.values()].map(async ({ spool, uploader }) => {
        spool.seal();
        await uploader.stop(withinMs);
        await spool.close();
      }),
    );
  }

  async #openStations(site: ModelSite): Promise<void> {
    const tokens = readTokens(this.config.TOKENS_FILE);
    await Promise.all(
      site.stations.filter(isPlayed).map(async ({ source }) => {
        const token = tokens[source];
        if (token === undefined) {
          throw new InvariantError(`${this.config.TOKENS_FILE} has no token for ${source}`);
        }
        const given = { source, siteId: site.siteId, token };
        this.#stations.set(source, await openStation(this.config, given, this.listener));
      }),
    );
  }

  #startLines(site: ModelSite, stamp: string): void {
    const truthFile = join(this.config.DATA_DIR, 'truth.ndjson');
    const yard: Yard = {
      siteId: site.siteId,
      seed: this.config.PLANT_SEED,
      conditions: conditionsOf(this.config.PLANT_SEED),
      stamp,
      now: Date.now,
      say: (source, event) => this.#station(source).spool.append(event),
      truth: (record) => {
        appendFileSync(truthFile, `${JSON.stringify(record)}\n`);
      },
    };
    const lines = MODEL_LINES.filter(({ stream }) => this.config.PLANT_STREAMS.includes(stream));
    const weights = lines.reduce((sum, line) => sum + weightOf(line), 0);
    for (const line of lines) {
      const share = weightOf(line) / (weights * this.config.PLANT_SITES);
      this.#startLine(yard, line, this.config.PLANT_RATE * share);
    }
  }

  #startLine(yard: Yard, model: ModelLine, rate: number): void {
    const { PLANT_FRAME_PIECES: framePieces = FRAME_PIECES_MAX, DATA_DIR } = this.config;
    const sources = lineStations(yard.siteId, model.lineId);
    const kept = new KeptRuns(join(DATA_DIR, 'runs', sources.line));
    const line = new SortingLine(yard, worldOf(model), sources, { rate, framePieces, kept });
    line.calibrate();
    for (const run of kept.left()) {
      line.finishLeftRun(run, (source) => {
        const { boot, lastSeq: seq } = this.#station(source).spool;
        return { boot, seq };
      });
    }
    const spoken = [
      ...(Object.values(sources) as string[]),
      ...SHARED.map((name) => `${yard.siteId}.${name}`),
    ];
    const stations = spoken.map((source) => this.#station(source));
    this.#lines.push({ line, stations, rate, credit: 0, scannedAtMs: Date.now() });
  }

  #tick(): void {
    const now = Date.now();
    const elapsedMs = Math.min(now - this.#tickedAtMs, CATCH_UP_MS);
    this.#tickedAtMs = now;
    for (const driven of this.#lines) {
      const { rate } = driven;
      const most = (rate * CATCH_UP_MS) / 1_000;
      driven.credit = Math.min(driven.credit + (rate * elapsedMs) / 1_000, most);
      // Back-pressure: a line stands still while the spools of its stations are full.
      if (!driven.stations.every(({ spool }) => spool.hasRoom(ROOM_BYTES))) continue;
      this.#drive(driven, now);
    }
  }

  #drive(driven: DrivenLine, now: number): void {
    const frame = this.config.PLANT_FRAME_PIECES;
    const waitedMs = now - driven.scannedAtMs;
    const due = Math.min(driven.credit, this.#roomPieces(driven));
    const whole =
      frame === undefined || waitedMs >= LINGER_MS
        ? Math.floor(due)
        : Math.floor(due / frame) * frame;
    const windowMs = Math.min(waitedMs, LINGER_MS);
    const scanned = driven.line.tick(whole, windowMs);
    driven.credit -= scanned;
    if (scanned > 0) driven.scannedAtMs = now;
    this.#pieces += scanned;
  }

  /** Pieces that a line may scan before the ledger has more of what its stations said. */
  #roomPieces({ stations }: DrivenLine): number {
    const { PLANT_BACKLOG_EVENTS: most, PLANT_FRAME_PIECES: frame = 1 } = this.config;
    if (most === undefined) return Infinity;
    const waiting = Math.max(...stations.map(({ spool }) => spool.outbox.size));
    return Math.max(0, most - waiting) * frame;
  }

  #station(source: string): Station {
    const station = this.#stations.get(source);
    if (station === undefined) throw new InvariantError(`${source} is not a station of the plant`);
    return station;
  }
}
