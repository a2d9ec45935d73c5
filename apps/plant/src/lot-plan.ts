import type { LineStations } from '#edge';
import { Random } from './random.js';
import type { LotPlan, OutletState, RunState, Yard } from './run-state.js';
import type { World } from './world.js';

/** Draws lot `number` (from 1) of a line. The same seed and stamp give the same lot. */
export function drawLot(
  yard: Yard,
  line: LineStations,
  world: World,
  asked: { readonly number: number; readonly fewestPieces: number },
): LotPlan {
  const { number, fewestPieces } = asked;
  const name = line.line.slice(yard.siteId.length + 1).replace('line-', '');
  const id = `${yard.stamp}-${name}-${String(number).padStart(4, '0')}`;
  const random = new Random(`${yard.seed}/lot/${line.line}/${number}`);
  const { firstLotPieces, largestLotPieces, dustPpm } = world.figures;
  const usual = Math.min(firstLotPieces.value * 2 ** (number - 1), largestLotPieces.value);
  const pieces = Math.round(
    Math.max(usual, number > 1 ? fewestPieces : 0) * random.between(0.9, 1.1),
  );
  const shares = world.drawShares(random);
  let piecesMg = 0;
  const masses = massesOf(yard, line, number);
  for (let piece = 0; piece < pieces; piece++) piecesMg += world.drawMassMg(masses);
  return {
    lotId: `${yard.siteId}.lot-${id}`,
    visitId: `${yard.siteId}.visit-${id}`,
    runId: `${yard.siteId}.run-${id}`,
    pieces,
    shares,
    piecesMg,
    dustMg: Math.round((piecesMg * random.between(dustPpm.low, dustPpm.high)) / 1_000_000),
    moisturePpm: world.drawMoisturePpm(random),
  };
}

/** The masses of a lot's pieces, drawn in the order in which they are scanned. */
export const massesOf = (yard: Yard, line: LineStations, number: number): Random =>
  new Random(`${yard.seed}/mass/${line.line}/${number}`);

export function beginRun(
  plan: LotPlan,
  world: World,
  given: { readonly number: number; readonly beltError: number; readonly nowMs: number },
): RunState {
  const outlets = world.outlets.map(({ outlet }) => ({
    outlet,
    lotId: `${plan.lotId}-${outlet}`,
    massMg: 0,
    pieces: 0,
    elementsMg: world.analytes.map(() => 0),
    classesMg: world.classes.map(() => 0),
    unweighedMg: 0,
    containers: 0,
    weighedMg: 0,
    uncertaintyMg: 0,
  }));
  return {
    plan,
    number: given.number,
    outlets,
    scanned: 0,
    fedMg: 0,
    pickedMg: 0,
    pickedFrom: [],
    beltError: given.beltError,
    meteredMg: 0,
    meteredAtMs: given.nowMs,
    marks: {},
  };
}

/** True shares of what an outlet holds, ppm by mass. */
export const compositionOf = (world: World, outlet: OutletState): Record<string, number> =>
  Object.fromEntries(
    world.analytes.map((analyte, at) => [
      analyte,
      outlet.massMg === 0 ? 0 : (outlet.elementsMg[at]! / outlet.massMg) * 1_000_000,
    ]),
  );
