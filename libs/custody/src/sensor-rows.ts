import { NOTHING_SAID, RESTED, SENSOR_MODELS, gainOf } from '#materials';
import { close } from './exceptions.js';
import { type Folding, byText } from './folding.js';
import type { SiteState } from './model.js';
import { type Sensor, type SensorGain, isSameSensor } from './reading-model.js';
import type { SensorWatch } from './sensor-model.js';

/** The watches of a site's sensors as its state keeps them; what moves them is `sensor-watches.ts`. */

export const restedWatch = (
  { source, sensorModel, calibrationId }: Sensor,
  analyte: string,
): SensorWatch => ({
  source,
  sensorModel,
  calibrationId,
  analyte,
  ...RESTED,
  steps: 0,
  gain: NOTHING_SAID,
  scatter: { lots: 0, squares: 0 },
  shift: null,
});

export const sensorWatch = (
  { sensors }: SiteState,
  sensor: Sensor,
  analyte: string,
): SensorWatch | undefined =>
  sensors.find((watch) => watch.analyte === analyte && isSameSensor(watch, sensor));

const keyOf = ({ source, sensorModel, calibrationId, analyte }: SensorWatch): string =>
  `${source} ${sensorModel} ${calibrationId} ${analyte}`;

export function keepSensorWatch(site: SiteState, watch: SensorWatch): void {
  const key = keyOf(watch);
  const others = site.sensors.filter((known) => keyOf(known) !== key);
  site.sensors = [...others, watch].sort((a, b) => byText(keyOf(a), keyOf(b)));
}

/** A station was calibrated: what lots have told of it before is of another sensor. */
export function watchAnew(folding: Folding, source: string): void {
  const { site } = folding;
  for (const watch of site.sensors) {
    if (watch.source !== source || watch.shift === null) continue;
    close(folding, watch.shift.exceptionId, 'sensor-calibrated');
  }
  site.sensors = site.sensors.filter((watch) => watch.source !== source);
}

/** The office has closed an exception; if it was a shift, its sensor is watched anew. */
export function forgetSensorShift({ site }: Folding, exceptionId: string): void {
  site.sensors = site.sensors.filter(({ shift }) => shift?.exceptionId !== exceptionId);
}

/** Before any assay; null: no book describes the model. */
const priorOf = ({ sensorModel }: Sensor): number | null =>
  SENSOR_MODELS.models.find((model) => model.sensorModel === sensorModel)?.gainUncertaintyPpm ??
  null;

/** What assays of lots have told of a sensor by now, by analyte; of none that told nothing. */
export function gainsOf({ sensors }: SiteState, sensor: Sensor): Record<string, SensorGain> {
  const prior = priorOf(sensor);
  if (prior === null) return {};
  return Object.fromEntries(
    sensors
      .filter((watch) => watch.gain.squares[0] > 0 && isSameSensor(watch, sensor))
      .map(({ analyte, gain }) => {
        const { gainPpm, gainUncertaintyPpm } = gainOf(gain, prior);
        return [analyte, [Math.round(gainPpm), Math.ceil(gainUncertaintyPpm)] as const];
      }),
  );
}
