import { NOTHING_SAID, addSaid, saidBy, surpriseOf, watchShift } from '#materials';
import { anchorOf, assayedAnalytes } from './composition.js';
import { raise } from './exceptions.js';
import type { Folding } from './folding.js';
import { FILLERS_MAX } from './limits.js';
import type { LotState, RunState, SiteState } from './model.js';
import { type Sensor, isSameSensor } from './reading-model.js';
import { settleReadingsOf } from './readings.js';
import type { SensorWatch } from './sensor-model.js';
import { keepSensorWatch, restedWatch, sensorWatch } from './sensor-rows.js';
import { lookedUp } from './working-set.js';

/**
 * Watches for lasting shifts of sensors, one for each analyte that a sensor reads under the newest
 * calibration of its station. A step is what a lot's readings differ from its assay by, less the
 * gain that earlier lots have told, over the uncertainty of that difference: a sensor that always
 * reads so much too much is known for it and raises nothing, one that changes does.
 *
 * Readings and assay of a lot are of the same material where every run that filled the lot is
 * balanced and nothing else came to it. One sensor alone MUST have read the analyte, of half the
 * lot's mass at least. A lot makes one step an analyte, with what is known when both are there; what
 * is observed or corrected later moves the books and not the watch.
 *
 * A lot that is further off than three uncertainties makes its step and teaches no gain: it tells of
 * a wrong assay, or of a sensor that changed. A shift forgets the gain, for it was another sensor's.
 */

/** Standard uncertainties. */
const TEACHES_WITHIN = 3;
/** So many lots that differ as they should are assumed to have been seen. */
const LOTS_ASSUMED = 10;

/** A run was balanced for the first time: its lots may have been assayed before. */
export function watchOutlets(folding: Folding, run: RunState): void {
  for (const { lotId } of [...run.outlets].sort((a, b) => a.outlet - b.outlet)) {
    const lot = lookedUp(folding.set.lots, lotId);
    if (lot !== null) watchLot(folding, lot);
  }
}

/** A lot was assayed, or a run that filled it is balanced. */
export function watchLot(folding: Folding, lot: LotState): void {
  if (lot.assays.length === 0 || lot.readings === undefined || !isFilled(folding, lot)) return;
  settleReadingsOf(folding, lot);
  for (const analyte of assayedAnalytes(lot)) {
    if (lot.anchors?.includes(analyte) === true || !step(folding, lot, analyte)) continue;
    lot.anchors = [...(lot.anchors ?? []), analyte].sort();
    folding.lots.add(lot);
  }
}

function isFilled({ set }: Folding, { runs = [], contributions }: LotState): boolean {
  if (contributions.length > 0 || runs.length === 0 || runs.length > FILLERS_MAX) return false;
  return runs.every((runId) => lookedUp(set.runs, runId)?.status === 'balanced');
}

/** False: the lot tells nothing of a sensor that is watched. */
function step(folding: Folding, lot: LotState, analyte: string): boolean {
  const { site, limits } = folding;
  const anchor = anchorOf(lot, analyte);
  const said = anchor === null ? null : saidBy(anchor.pair);
  if (anchor === null || said === null || !isInForce(site, anchor.sensor)) return false;
  const known = sensorWatch(site, anchor.sensor, analyte) ?? restedWatch(anchor.sensor, analyte);
  const surprise = surpriseOf(known.gain, said, anchor.priorUncertaintyPpm);
  const wider = widerBy(known.scatter);
  const sigmas = surprise / wider;
  const { watch, alarm } = watchShift(known, sigmas, limits.shift);
  const steps = known.steps + 1;
  const counted = Math.min(Math.abs(surprise), limits.shift.stepMax);
  const scatter = {
    lots: known.scatter.lots + 1,
    squares: known.scatter.squares + counted * counted,
  };
  const isTaught = Math.abs(sigmas) <= TEACHES_WITHIN;
  let { shift, gain } = known;
  if (isTaught) gain = addSaid(gain, { ...said, deviation: said.deviation * wider });
  if (alarm !== undefined) {
    gain = NOTHING_SAID;
    shift ??= {
      direction: alarm,
      exceptionId: raise(folding, 'sensor-shift', known.source, {
        analyte,
        direction: alarm,
        steps: String(steps),
        calibrationId: known.calibrationId,
      }),
    };
  }
  const isAtRest = watch.above === 0 && watch.below === 0;
  keepSensorWatch(site, { ...known, ...watch, steps: isAtRest ? 0 : steps, gain, shift, scatter });
  return true;
}

/**
 * By what lots differ more than their uncertainties say, for there is always something that nobody
 * has thought of: copper within a shell of steel. Taken to be nothing until lots tell.
 */
const widerBy = ({ lots, squares }: SensorWatch['scatter']): number =>
  Math.sqrt(Math.max(1, (LOTS_ASSUMED + squares) / (LOTS_ASSUMED + lots)));

/** Whether it is of a station that is enrolled, under the newest calibration of that. */
function isInForce({ registry, policy }: SiteState, sensor: Sensor): boolean {
  const isEnrolled = registry?.stations.some(({ source }) => source === sensor.source) === true;
  const newest = policy.calibrations?.findLast(({ source }) => source === sensor.source);
  return isEnrolled && newest !== undefined && isSameSensor(newest, sensor);
}
