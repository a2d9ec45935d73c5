import type { ScaleWatch } from '#custody';
import type { Snapshot } from '../answers/snapshots.js';

/** How far a scale is from being said to have shifted. */
export interface ScaleFigures {
  readonly siteId: string;
  readonly scale: string;
  /** The larger sum of its watch in standard uncertainties, below 0 when it shows too little. */
  readonly sigmas: number;
  /** Which way an open exception says it has; null: there is none. */
  readonly shifted: 'high' | 'low' | null;
}

interface Row {
  site_id: string;
  scales: readonly ScaleWatch[];
}

export async function readScaleFigures(db: Snapshot): Promise<ScaleFigures[]> {
  const rows = await db.query<Row[]>('SELECT site_id, scales FROM site ORDER BY site_id');
  return rows.flatMap(({ site_id: siteId, scales }) =>
    scales.map(({ scaleId: scale, above, below, shift }) => ({
      siteId,
      scale,
      sigmas: above >= below ? above : -below,
      shifted: shift?.direction ?? null,
    })),
  );
}
