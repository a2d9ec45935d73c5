import type { DataOf } from '#contracts';
import { SUMMED_ANALYTES } from '#materials';
import { type Folding, byText } from './folding.js';
import type { LotState } from './model.js';
import {
  type Calibration,
  type Sensor,
  type SensorGain,
  type SensorReadings,
  isSameSensor,
} from './reading-model.js';
import { gainsOf, sensorWatch, watchAnew } from './sensor-rows.js';

/**
 * `sensor.calibrated`: what is known of the readings that name it. It enters with the lot: at its first
 * reading under the calibration, and anew whenever the lot is graded. Of several statements of one
 * calibration the newest counts.
 */
export function sensorCalibrated(folding: Folding, stated: DataOf<'sensorCalibrated'>): void {
  const { station: source, sensorModel, calibrationId, elements } = stated;
  const { policy } = folding.site;
  const bias = Object.fromEntries(
    SUMMED_ANALYTES.flatMap((analyte) => {
      const found = Object.hasOwn(elements, analyte) ? elements[analyte] : undefined;
      return found === undefined ? [] : [[analyte, [found.biasPpm, found.uncertaintyPpm] as const]];
    }),
  );
  const calibration: Calibration = { source, sensorModel, calibrationId, bias };
  const known = biasOf(folding, calibration);
  if (known === undefined || !isSameBias(bias, known)) watchAnew(folding, source);
  const others = (policy.calibrations ?? []).filter((known) => !isSameSensor(known, calibration));
  // The row of a site is written with every batch, so it remembers the newest alone.
  const { calibrationsMax } = folding.limits;
  policy.calibrations = [...others, calibration].slice(-calibrationsMax);
}

/** Undefined: nobody has calibrated it, or so many others since that it is forgotten. */
export const biasOf = ({ site }: Folding, sensor: Sensor): Calibration['bias'] | undefined =>
  site.policy.calibrations?.find((known) => isSameSensor(known, sensor))?.bias;

const isSameBias = (a: Calibration['bias'], b: Calibration['bias'] | undefined): boolean =>
  b !== undefined &&
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([of, [ppm, uncertainty]]) => {
    const [otherPpm, otherUncertainty] = b[of] ?? [];
    return ppm === otherPpm && uncertainty === otherUncertainty;
  });

/**
 * Brings what is known of the sensors that read a lot into its rows. What they have there stays where
 * nobody remembers the calibration any longer. True: something is known otherwise than before.
 */
export function knowSensors(folding: Folding, lot: LotState): boolean {
  let isNew = false;
  for (const row of lot.readings ?? []) {
    const bias = biasOf(folding, row);
    if (bias !== undefined && !isSameBias(bias, row.bias)) {
      row.bias = bias;
      isNew = true;
    }
    const gain = gainsNow(folding, row);
    if (isSameBias(gain, row.gain ?? {})) continue;
    if (Object.keys(gain).length > 0) row.gain = gain;
    else delete row.gain;
    isNew = true;
  }
  return isNew;
}

function gainsNow(folding: Folding, row: SensorReadings): Readonly<Record<string, SensorGain>> {
  const kept = Object.entries(row.gain ?? {}).filter(
    ([analyte]) => sensorWatch(folding.site, row, analyte) === undefined,
  );
  return Object.fromEntries([...kept, ...Object.entries(gainsOf(folding.site, row))].sort(byName));
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  byText(a, b);
