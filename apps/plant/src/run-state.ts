import type { EventMark, NewEvent } from '#edge';
import type { Conditions } from './conditions.js';

/** How often each class is among the pieces of a lot, summed up: the last is 1. */
export type ClassShares = readonly number[];

/** What a line needs of the site around it. */
export interface Yard {
  readonly siteId: string;
  readonly seed: string;
  readonly conditions: Conditions;
  /** Part of every id: tells the starts of the plant apart. */
  readonly stamp: string;
  /** Unix ms. */
  now(): number;
  /** Throws when the station's spool is full. */
  say(source: string, event: NewEvent): EventMark;
  /** Writes to the file that only tests read. */
  truth(record: Readonly<Record<string, unknown>>): void;
}

/** A lot before it arrives. Masses are true ones. */
export interface LotPlan {
  readonly lotId: string;
  readonly visitId: string;
  readonly runId: string;
  readonly pieces: number;
  readonly shares: ClassShares;
  /** Dry mass of all pieces. */
  readonly piecesMg: number;
  readonly dustMg: number;
  readonly moisturePpm: number;
}

/** What an outlet really holds. */
export interface OutletState {
  readonly outlet: number;
  readonly lotId: string;
  massMg: number;
  pieces: number;
  /** mg by analyte, in the world's order. */
  readonly elementsMg: number[];
  /** mg by class of the pieces. */
  readonly classesMg: number[];
  /** In the container that is not weighed yet. */
  unweighedMg: number;
  containers: number;
  /** As weighed. */
  weighedMg: number;
  uncertaintyMg: number;
}

/** A run under way; plain data, so that it can be kept over a restart. */
export interface RunState {
  readonly plan: LotPlan;
  /** Of its line, from 1. */
  readonly number: number;
  readonly outlets: readonly OutletState[];
  scanned: number;
  /** What has passed the belt scale, dust included. */
  fedMg: number;
  /** Batteries that were picked out of what was sorted. */
  pickedMg: number;
  /** Outlets that one was seen to go to. */
  readonly pickedFrom: number[];
  /** Of the belt scale, in this run. */
  readonly beltError: number;
  meteredMg: number;
  meteredAtMs: number;
  /** Last event of each station about the run. */
  readonly marks: Record<string, EventMark>;
}

/** A true piece or part that has come to an outlet. */
export interface Arrival {
  readonly massMg: number;
  readonly classIndex: number;
  /** By analyte, in the world's order. */
  readonly truePpm: Float64Array;
  /** Picked out again by hand, so in no outlet. */
  readonly isBattery?: boolean;
}

/** Books a piece that passed the belt scale with its share of the dust. */
export function takeIn(run: RunState, reached: number, arrival: Arrival): void {
  const { massMg } = arrival;
  run.fedMg += massMg * (1 + run.plan.dustMg / run.plan.piecesMg);
  if (arrival.isBattery === true) {
    run.pickedMg += massMg;
    if (!run.pickedFrom.includes(reached)) run.pickedFrom.push(reached);
    return;
  }
  const { classIndex, truePpm } = arrival;
  const into = run.outlets.find(({ outlet }) => outlet === reached)!;
  into.massMg += massMg;
  into.unweighedMg += massMg;
  into.pieces++;
  into.classesMg[classIndex]! += massMg;
  for (let at = 0; at < truePpm.length; at++) {
    into.elementsMg[at]! += (massMg * truePpm[at]!) / 1_000_000;
  }
}
