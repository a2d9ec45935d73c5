import { EVENTS } from '#contracts';
import type { LineStations } from '#edge';
import { beginRun, compositionOf, drawLot, massesOf } from './lot-plan.js';
import { type Load, type Sent, dispatch } from './dispatch-story.js';
import { assay, closeRun, deliver, meterFeed, startRun, weighContainer } from './lot-story.js';
import { FIGURES } from './plant-book.js';
import { Random } from './random.js';
import type { OutletState, RunState, Yard } from './run-state.js';
import { meterPower } from './power-story.js';
import { isRecovered, stateRecoveries } from './recovery-story.js';
import { FIBRE_READY_MS, isReprocessed, reprocess } from './reactor-steps.js';
import { mark } from './say.js';
import type { Eye, World } from './world.js';
import {
  dry,
  heap,
  loadsOf,
  meterMoisture,
  release,
  setApart,
  workOf,
  workUp,
} from './yard-story.js';

/** Pauses of the story, ms: stations speak through requests of their own, in no common order. */
const PAUSES = {
  deliveryToDrying: 200,
  deliveryToStart: 400,
  startToScan: 400,
  endToWeigh: 200,
  endToClose: 600,
  endToApart: 800,
  endToAssay: 1_000,
  endToRelease: 1_300,
  endToDispatch: 1_600,
  endToHeap: 1_700,
  endToWork: 2_100,
  endToLateDispatch: 2_600,
  endToReactor: 2_300,
  dispatchToRecovery: 1_000,
} as const;
const METER_EVERY_MS = 1_000;
/** The next lot arrives when the run under way has so long to go. */
const PREPARE_AHEAD_MS = 3_000;
/** A lot lasts at least so long, whatever the rate. */
const LOT_SECONDS = 5;

export interface LineOptions {
  /** Pieces a second that this line will be asked for. */
  readonly rate: number;
  /** Most pieces of a frame. */
  readonly framePieces: number;
  /** Lots after which the line rests; absent = never. */
  readonly lots?: number;
  /** Keeps runs that are not closed over a restart. */
  readonly kept?: RunKeeper;
}

export interface RunKeeper {
  save(run: RunState): void;
  remove(run: RunState): void;
}

/** One line and the lots that go over it, one after another. */
export class SortingLine {
  readonly #random: Random;
  /** Of what the yard does, apart: the rest is the same without it. */
  readonly #yardRandom: Random;
  readonly #reactorRandom: Random;
  /** Of what recoverers get out of what was sent to them. */
  readonly #recoveryRandom: Random;
  readonly #eye: Eye;
  #masses: Random;
  #lots = 0;
  #run: RunState | null = null;
  /** Delivered, its run started; scanning may begin at `fromMs`. */
  #next: { readonly run: RunState; readonly masses: Random; fromMs: number } | null = null;
  #later: { readonly atMs: number; readonly act: () => void }[] = [];

  constructor(
    private readonly yard: Yard,
    private readonly world: World,
    private readonly stations: LineStations,
    private readonly options: LineOptions,
  ) {
    const { seed, conditions } = yard;
    const { driftPerMillionPieces, hasIncidents } = conditions;
    const { line, sorter: source } = stations;
    this.#random = new Random(`${seed}/line/${line}`);
    this.#yardRandom = new Random(`${seed}/yard/${line}`);
    this.#recoveryRandom = new Random(`${seed}/recovery/${line}`);
    this.#reactorRandom = new Random(`${seed}/reactor/${line}`);
    this.#masses = massesOf(yard, stations, 0);
    this.#eye = world.openEye({ seed, source, line, driftPerMillionPieces, hasIncidents });
  }

  /** What the laboratory has to say before the line runs. */
  calibrate(): void {
    const { yard } = this;
    const { sensor } = this.#eye;
    if (sensor === undefined) return;
    const validUntil = new Date(yard.now() + 365 * 86_400_000).toISOString();
    const data = sensor.calibration(validUntil);
    const lab = `${yard.siteId}.lab`;
    yard.say(lab, { type: EVENTS.sensorCalibrated.type, subject: lab, data });
    yard.truth({ kind: 'sensor', source: this.stations.sorter, bias: sensor.truth() });
  }

  /** Every lot that was asked for is dispatched. */
  get isDone(): boolean {
    const isIdle = this.#run === null && this.#next === null && this.#later.length === 0;
    return isIdle && this.#lots === this.options.lots;
  }

  /** Ends a run that a killed plant left open: what is in the containers is weighed. */
  finishLeftRun(run: RunState, lastMark: (source: string) => RunState['marks'][string]): void {
    for (const source of Object.values(this.stations) as string[]) {
      if (source in run.marks) mark(run, source, lastMark(source));
    }
    this.#finish(run);
  }

  /** Does what is due and scans up to `pieces`, seen within the last `windowMs`. Returns how many. */
  tick(pieces: number, windowMs: number): number {
    const now = this.yard.now();
    const due = this.#later.filter(({ atMs }) => atMs <= now);
    this.#later = this.#later.filter(({ atMs }) => atMs > now);
    for (const { act } of due) act();
    this.#prepare(now);
    let scanned = 0;
    while (scanned < pieces) {
      const run = this.#run ?? this.#takeNext(now);
      if (run === null) break;
      scanned += this.#scan(run, pieces - scanned, windowMs);
    }
    const run = this.#run;
    if (run !== null && now - run.meteredAtMs >= METER_EVERY_MS) {
      meterFeed(this.yard, this.stations, run);
      this.options.kept?.save(run);
    }
    return scanned;
  }

  #scan(run: RunState, atMost: number, windowMs: number): number {
    const left = run.plan.pieces - run.scanned;
    const { framePiecesMax = Infinity, figures } = this.world;
    const pieces = Math.min(atMost, left, this.options.framePieces, framePiecesMax);
    const { key, data } = this.#eye.look(run, this.#masses, { pieces, windowMs });
    const { sorter } = this.stations;
    const time = new Date(this.yard.now() - windowMs).toISOString();
    const event = { type: EVENTS[key].type, subject: run.plan.runId, data, time };
    mark(run, sorter, this.yard.say(sorter, event));
    for (const outlet of run.outlets) {
      if (outlet.unweighedMg >= figures.containerMg.value) {
        this.#weigh(run, outlet);
        this.options.kept?.save(run);
      }
    }
    if (run.scanned === run.plan.pieces) this.#finish(run);
    return pieces;
  }

  #takeNext(now: number): RunState | null {
    const next = this.#next;
    if (next === null || next.fromMs > now) return null;
    this.#next = null;
    this.#run = next.run;
    this.#masses = next.masses;
    next.run.meteredAtMs = now;
    this.options.kept?.save(next.run);
    return next.run;
  }

  #prepare(now: number): void {
    if (this.#next !== null || this.#lots === this.options.lots) return;
    const run = this.#run;
    const left = run === null ? 0 : run.plan.pieces - run.scanned;
    if (left > (this.options.rate * PREPARE_AHEAD_MS) / 1_000) return;
    const { yard, world, stations } = this;
    const number = ++this.#lots;
    const fewest = Math.round(this.options.rate * LOT_SECONDS);
    const plan = drawLot(yard, stations, world, { number, fewestPieces: fewest });
    const beltError = (FIGURES.beltErrorShare.value / Math.sqrt(3)) * this.#random.normal();
    const next = beginRun(plan, world, { number, beltError, nowMs: now });
    const netMg = deliver(yard, world, plan, this.#random);
    this.#after(now, PAUSES.deliveryToDrying, () => {
      dry(yard, world, { ...plan, netMg }, this.#yardRandom);
    });
    this.#after(now, PAUSES.deliveryToStart, () => {
      startRun(yard, world, stations, next);
    });
    const fromMs = now + PAUSES.deliveryToStart + PAUSES.startToScan;
    this.#next = { run: next, masses: massesOf(yard, stations, number), fromMs };
  }

  #finish(run: RunState): void {
    const { yard, world, stations } = this;
    const now = yard.now();
    this.#run = null;
    meterFeed(yard, stations, run);
    this.options.kept?.save(run);
    this.#after(now, PAUSES.endToWeigh, () => {
      for (const outlet of run.outlets) if (outlet.unweighedMg > 0) this.#weigh(run, outlet);
      this.options.kept?.save(run);
    });
    this.#after(now, PAUSES.endToClose, () => {
      meterPower(yard, world, stations, run);
      closeRun(yard, world, stations, run, this.#random);
      this.options.kept?.remove(run);
    });
    this.#leave(now, run);
  }

  /** What becomes of the run's lots, from the laboratory to the gate. */
  #leave(now: number, run: RunState): void {
    const { yard, world } = this;
    const product = run.outlets[0]!;
    const leaving: { now: readonly Load[] } = { now: [] };
    let sent: readonly Sent[] = [];
    let apart: readonly string[] = [];
    this.#after(now, PAUSES.endToApart, () => {
      apart = setApart(yard, world, run);
    });
    this.#after(now, PAUSES.endToAssay, () => {
      const sampled = { ...product, truePpm: compositionOf(world, product) };
      const found = product.weighedMg > 0 ? assay(yard, world, sampled, this.#random) : {};
      leaving.now = loadsOf(world, run, world.gradeOf(found));
      if (product.weighedMg > 0) {
        meterMoisture(yard, product.lotId, world.delivery.restWaterPpm, this.#yardRandom);
      }
    });
    this.#after(now, PAUSES.endToRelease, () => {
      release(yard, apart);
    });
    const isPlain =
      workOf(yard, run) === 'none' &&
      run.pickedFrom.length === 0 &&
      !world.outlets.some(({ isHazardous }) => isHazardous);
    const isReprocessing = isReprocessed(yard, world, run);
    const pause = isReprocessing
      ? PAUSES.endToReactor + FIBRE_READY_MS
      : isPlain
        ? PAUSES.endToDispatch
        : PAUSES.endToLateDispatch;
    if (!isPlain) {
      this.#after(now, PAUSES.endToHeap, () => {
        heap(yard, world, run, leaving.now);
      });
      this.#after(now, PAUSES.endToWork, () => {
        leaving.now = workUp(yard, world, run, leaving.now, this.#yardRandom);
      });
    }
    if (isReprocessing) {
      const given = { run, loads: leaving, random: this.#reactorRandom };
      for (const { pauseMs, act } of reprocess(yard, world, this.stations, given)) {
        this.#after(now, PAUSES.endToReactor + pauseMs, act);
      }
    }
    this.#after(now, pause, () => {
      sent = dispatch(yard, world, run, leaving.now, this.#random);
    });
    if (isRecovered(yard, world)) {
      this.#after(now, pause + PAUSES.dispatchToRecovery, () => {
        stateRecoveries(yard, world, sent, this.#recoveryRandom);
      });
    }
  }

  #weigh(run: RunState, outlet: OutletState): void {
    weighContainer(this.yard, this.world, this.stations, { run, outlet, random: this.#random });
  }

  #after(nowMs: number, pauseMs: number, act: () => void): void {
    this.#later.push({ atMs: nowMs + pauseMs, act });
  }
}
