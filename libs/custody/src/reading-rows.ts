import {
  type ContentSums,
  emptySums,
  mergeSums,
  subtractSums,
  sumsFromText,
  sumsToText,
} from '#materials';
import type { LotState, RunState } from './model.js';
import {
  type Calibration,
  type OutletReadings,
  type Sensor,
  type SensorReadings,
  isSameSensor,
} from './reading-model.js';

const keyOf = (row: SensorReadings & { readonly outlet?: number }): string =>
  `${String(row.outlet ?? 0).padStart(2, '0')} ${row.source} ${row.sensorModel} ${row.calibrationId}`;

/** Kept in order, so that whichever was read first makes no difference. */
function insert<Row extends SensorReadings>(rows: Row[], row: Row): Row {
  const key = keyOf(row);
  const at = rows.findIndex((known) => keyOf(known) > key);
  rows.splice(at < 0 ? rows.length : at, 0, row);
  return row;
}

const fresh = ({ source, sensorModel, calibrationId }: Sensor): SensorReadings => ({
  source,
  sensorModel,
  calibrationId,
  massUncertaintyPpm: 0,
  sums: {},
});

export const lotRow = ({ readings }: LotState, sensor: Sensor): SensorReadings | undefined =>
  readings?.find((row) => isSameSensor(row, sensor));

export const runRow = (
  { readings }: RunState,
  outlet: number,
  sensor: Sensor,
): OutletReadings | undefined =>
  readings?.find((row) => row.outlet === outlet && isSameSensor(row, sensor));

/**
 * The row of a sensor in a lot, made when there is none. Undefined: the lot has `most` already, and
 * what others read of it counts as not read.
 */
export function lotRowFor(
  lot: LotState,
  sensor: Sensor,
  given: { readonly most: number; readonly bias: Calibration['bias'] | undefined },
): SensorReadings | undefined {
  const known = lotRow(lot, sensor);
  if (known !== undefined) return known;
  const rows = (lot.readings ??= []);
  if (rows.length >= given.most) return undefined;
  const { bias } = given;
  return insert(rows, { ...fresh(sensor), ...(bias === undefined ? {} : { bias }) });
}

/** The same of an outlet of a run. */
export function runRowFor(
  run: RunState,
  outlet: number,
  sensor: Sensor,
  most: number,
): OutletReadings | undefined {
  const known = runRow(run, outlet, sensor);
  if (known !== undefined) return known;
  const rows = (run.readings ??= []);
  const ofOutlet = rows.filter((row) => row.outlet === outlet);
  return ofOutlet.length >= most ? undefined : insert(rows, { outlet, ...fresh(sensor) });
}

export const sumsOf = ({ sums }: SensorReadings, analyte: string): ContentSums => {
  const text = sums[analyte];
  return text === undefined ? emptySums() : sumsFromText(text);
};

export function addSums(row: SensorReadings, analyte: string, more: ContentSums): void {
  if (more.pieces === 0n) return;
  const sums = sumsOf(row, analyte);
  mergeSums(sums, more);
  row.sums = { ...row.sums, [analyte]: sumsToText(sums) };
}

export function takeSums(row: SensorReadings, analyte: string, less: ContentSums): void {
  if (less.pieces === 0n) return;
  const sums = sumsOf(row, analyte);
  subtractSums(sums, less);
  const others = Object.entries(row.sums).filter(([name]) => name !== analyte);
  row.sums = Object.fromEntries(
    sums.pieces === 0n ? others : [...others, [analyte, sumsToText(sums)]],
  );
}
