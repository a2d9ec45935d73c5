import type { EventMark, LineStations, NewEvent } from '#edge';
import { FIGURES } from './plant-book.js';
import { Random } from './random.js';
import {
  CLASSES,
  type ClassShares,
  ELEMENTS,
  OUTLETS,
  drawCopperPpm,
  drawMassMg,
  drawShares,
} from './steel-world.js';

/** What a line needs of the site around it. */
export interface Yard {
  readonly siteId: string;
  readonly seed: string;
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
  /** mg by element, in the order of `ELEMENTS`. */
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
  readonly outlets: readonly OutletState[];
  scanned: number;
  /** What has passed the belt scale, dust included. */
  fedMg: number;
  /** Of the belt scale, in this run. */
  readonly beltError: number;
  meteredMg: number;
  meteredAtMs: number;
  /** Last event of each station about the run. */
  readonly marks: Record<string, EventMark>;
}

/** Draws lot `number` (from 1) of a line. The same seed and stamp give the same lot. */
export function drawLot(
  yard: Yard,
  line: LineStations,
  number: number,
  fewestPieces: number,
): LotPlan {
  const name = line.line.slice(yard.siteId.length + 1).replace('line-', '');
  const id = `${yard.stamp}-${name}-${String(number).padStart(4, '0')}`;
  const random = new Random(`${yard.seed}/lot/${line.line}/${number}`);
  const { firstLotPieces, largestLotPieces, dustPpm, moisturePpm } = FIGURES;
  const usual = Math.min(firstLotPieces.value * 2 ** (number - 1), largestLotPieces.value);
  const pieces = Math.round(
    Math.max(usual, number > 1 ? fewestPieces : 0) * random.between(0.9, 1.1),
  );
  const shares = drawShares(random, drawCopperPpm(random));
  let piecesMg = 0;
  const masses = massesOf(yard, line, number);
  for (let piece = 0; piece < pieces; piece++) piecesMg += drawMassMg(masses);
  return {
    lotId: `${yard.siteId}.lot-${id}`,
    visitId: `${yard.siteId}.visit-${id}`,
    runId: `${yard.siteId}.run-${id}`,
    pieces,
    shares,
    piecesMg,
    dustMg: Math.round((piecesMg * random.between(dustPpm.low, dustPpm.high)) / 1_000_000),
    moisturePpm: random.between(moisturePpm.low, moisturePpm.high),
  };
}

/** The masses of a lot's pieces, drawn in the order in which they are scanned. */
export const massesOf = (yard: Yard, line: LineStations, number: number): Random =>
  new Random(`${yard.seed}/mass/${line.line}/${number}`);

export function beginRun(plan: LotPlan, beltError: number, nowMs: number): RunState {
  const outlets = OUTLETS.map((outlet) => ({
    outlet,
    lotId: `${plan.lotId}-${outlet}`,
    massMg: 0,
    pieces: 0,
    elementsMg: ELEMENTS.map(() => 0),
    classesMg: CLASSES.map(() => 0),
    unweighedMg: 0,
    containers: 0,
    weighedMg: 0,
    uncertaintyMg: 0,
  }));
  return {
    plan,
    outlets,
    scanned: 0,
    fedMg: 0,
    beltError,
    meteredMg: 0,
    meteredAtMs: nowMs,
    marks: {},
  };
}

/** True shares of what an outlet holds, ppm by mass. */
export const compositionOf = (outlet: OutletState): Record<string, number> =>
  Object.fromEntries(
    ELEMENTS.map((element, at) => [
      element,
      outlet.massMg === 0 ? 0 : (outlet.elementsMg[at]! / outlet.massMg) * 1_000_000,
    ]),
  );
