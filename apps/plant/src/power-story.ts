import type { LineStations } from '#edge';
import type { RunState, Yard } from './run-state.js';
import { mark, nameOf, say } from './say.js';
import type { World } from './world.js';

const KILOGRAM_MG = 1_000_000;
/** Of a meter of class 1 (assumed). */
const UNCERTAINTY_PPM = 10_000;

/** What the line's meter has counted of the run, where it has one. */
export function meterPower(yard: Yard, world: World, line: LineStations, run: RunState): void {
  const { lineWhPerKg } = world.figures;
  if (lineWhPerKg === undefined) return;
  const { runId } = run.plan;
  const cumulativeWh = Math.round((run.fedMg / KILOGRAM_MG) * lineWhPerKg.value);
  const at = say(yard, nameOf(line.line), 'processMetered', runId, {
    runId,
    meterId: 'power',
    metered: { kind: 'energy', carrier: 'electricity', cumulativeWh },
    uncertaintyPpm: UNCERTAINTY_PPM,
  });
  mark(run, line.line, at);
}
