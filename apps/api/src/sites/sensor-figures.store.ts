import type { SensorWatch } from '#custody';
import type { Snapshot } from '../answers/snapshots.js';

/** How far a sensor is from being said to have shifted. */
export interface SensorFigures {
  readonly siteId: string;
  readonly station: string;
  /** The largest sum over its analytes in standard uncertainties, below 0 when it reads too little. */
  readonly sigmas: number;
  /** Of which analytes an open exception says that it has, and which way. */
  readonly shifts: readonly SensorShift[];
}

interface SensorShift {
  readonly analyte: string;
  readonly direction: 'high' | 'low';
}

/** What of a watch the figures rest on. */
type Watched = Pick<SensorWatch, 'source' | 'analyte' | 'above' | 'below' | 'shift'>;

interface Row {
  site_id: string;
  sensors: readonly Watched[];
}

export async function readSensorFigures(db: Snapshot): Promise<SensorFigures[]> {
  const rows = await db.query<Row[]>('SELECT site_id, sensors FROM site ORDER BY site_id');
  return rows.flatMap(({ site_id: siteId, sensors }) => sensorFiguresOf(siteId, sensors));
}

/** By station; the worst of its analytes speaks for all of them. */
export function sensorFiguresOf(siteId: string, sensors: readonly Watched[]): SensorFigures[] {
  return [...Map.groupBy(sensors, ({ source }) => source)].map(([source, watches]) => ({
    siteId,
    station: source.slice(siteId.length + 1),
    sigmas: watches.map(sumOf).reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a)),
    shifts: watches.flatMap(({ analyte, shift }) =>
      shift === null ? [] : [{ analyte, direction: shift.direction }],
    ),
  }));
}

const sumOf = ({ above, below }: Watched): number => (above >= below ? above : -below);
