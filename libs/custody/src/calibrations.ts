import type { DataOf } from '#contracts';
import { SUMMED_ANALYTES } from '#materials';
import type { Folding } from './folding.js';
import { type Calibration, type Sensor, isSameSensor } from './reading-model.js';

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
  const others = (policy.calibrations ?? []).filter((known) => !isSameSensor(known, calibration));
  // The row of a site is written with every batch, so it remembers the newest alone.
  const { calibrationsMax } = folding.limits;
  policy.calibrations = [...others, calibration].slice(-calibrationsMax);
}

/** Undefined: nobody has calibrated it, or so many others since that it is forgotten. */
export const biasOf = ({ site }: Folding, sensor: Sensor): Calibration['bias'] | undefined =>
  site.policy.calibrations?.find((known) => isSameSensor(known, sensor))?.bias;

export const isSameBias = (a: Calibration['bias'], b: Calibration['bias'] | undefined): boolean =>
  b !== undefined &&
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([of, [ppm, uncertainty]]) => {
    const [otherPpm, otherUncertainty] = b[of] ?? [];
    return ppm === otherPpm && uncertainty === otherUncertainty;
  });
