/** What lots and runs remember of the readings of their pieces. */

/** Whose readings they are, and under which calibration. */
export interface Sensor {
  /** The station. */
  readonly source: string;
  readonly sensorModel: string;
  readonly calibrationId: string;
}

/** What a calibration states, of analytes that are summed. */
export interface Calibration extends Sensor {
  readonly bias: Readonly<Record<string, readonly [biasPpm: number, uncertaintyPpm: number]>>;
}

export const isSameSensor = (a: Sensor, b: Sensor): boolean =>
  a.calibrationId === b.calibrationId && a.source === b.source && a.sensorModel === b.sensorModel;

/** What a sensor reads too much by assays of other lots, and how well that is known. */
export type SensorGain = readonly [gainPpm: number, uncertaintyPpm: number];

/** Readings of one sensor under one calibration. */
export interface SensorReadings extends Sensor {
  /** Of a lot: as the calibration states it. Absent = nobody has stated it when it was last looked for. */
  bias?: Calibration['bias'];
  /** Of a lot: by analyte, when it was last graded. Absent = assays have told nothing of the sensor. */
  gain?: Readonly<Record<string, SensorGain>>;
  /** Of the masses that the readings are weighted by; the largest that any frame stated. */
  massUncertaintyPpm: number;
  /** `sumsToText` by analyte; only analytes that were read. */
  sums: Readonly<Record<string, string>>;
}

/** Those of pieces that went to one outlet of a run, whether or not a lot stands behind it. */
export interface OutletReadings extends SensorReadings {
  readonly outlet: number;
}

/** Rich pieces of one boot of a station that went to one outlet of a run. */
export interface RichGroup {
  readonly runId: string;
  readonly outlet: number;
  readonly source: string;
  readonly boot: number;
  /** Richest first. */
  readonly pieces: readonly (readonly [seq: number, index: number, massMg: number, ppm: number])[];
}

/** By analyte, of all groups together at most `RICHEST_MAX` pieces. */
type Richest = Record<string, RichGroup[]>;

/** `placementToText` by analyte: how well it is known which pieces a lot has. */
export type Placements = Record<string, string>;

/** What a balanced run has said of it to the lot behind an outlet. */
export interface OutletPlacement {
  readonly outlet: number;
  readonly lotId: string;
  readonly placement: Placements;
}

/** What lots and runs have in common. Absent = nothing was read. */
export interface WithReadings<Row extends SensorReadings> {
  /** Ordered by outlet, source, model and calibration. */
  readings?: Row[];
  /** Of a run: pieces whose outlet has no lot yet. */
  richest?: Richest;
}
