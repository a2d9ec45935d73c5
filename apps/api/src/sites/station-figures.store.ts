import type { Snapshot } from '../answers/snapshots.js';

/** What the log holds of a station since its newest boot. */
export interface StationFigures {
  readonly siteId: string;
  readonly station: string;
  readonly accepted: number;
  readonly duplicates: number;
  readonly sealsVerified: number;
  readonly sealsFailed: number;
  readonly sealsIncomplete: number;
  /** Seqs that were declared a gap and are still missing. */
  readonly slotsOpen: number;
  readonly parked: number;
}

interface Row {
  site_id: string;
  source: string;
  accepted: string;
  duplicates: string;
  verified: number | null;
  failed: number | null;
  incomplete: number | null;
  slots_open: string;
  parked: number;
}

/** Only the newest boot of each: the older ones say nothing new and become many with the years. */
export async function readStationFigures(db: Snapshot): Promise<StationFigures[]> {
  const rows = await db.query<Row[]>(
    `SELECT DISTINCT ON (site_id, source) site_id, source, accepted, duplicates,
       (state #>> '{seals,verified}')::int AS verified,
       (state #>> '{seals,failed}')::int AS failed,
       (state #>> '{seals,incomplete}')::int AS incomplete,
       (SELECT coalesce(sum((slot ->> 'last')::bigint - (slot ->> 'first')::bigint + 1), 0)
          FROM jsonb_array_elements(state -> 'openSlots') AS slot) AS slots_open,
       jsonb_array_length(state -> 'parkedSeqs') AS parked
     FROM boot ORDER BY site_id, source, boot DESC`,
  );
  return rows.map((row) => ({
    siteId: row.site_id,
    station: row.source.startsWith(`${row.site_id}.`)
      ? row.source.slice(row.site_id.length + 1)
      : row.source,
    accepted: Number(row.accepted),
    duplicates: Number(row.duplicates),
    sealsVerified: row.verified ?? 0,
    sealsFailed: row.failed ?? 0,
    sealsIncomplete: row.incomplete ?? 0,
    slotsOpen: Number(row.slots_open),
    parked: row.parked,
  }));
}
