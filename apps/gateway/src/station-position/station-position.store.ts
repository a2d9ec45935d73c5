import type { Queryable } from '#database';

/** Boots of a source that are told at most; older ones are long closed. */
const BOOTS_MAX = 64;

export interface BootPosition {
  readonly boot: number;
  /** Highest seq up to which the ledger has every event or declared it a gap. */
  readonly position: number;
  /** Inclusive ranges of seqs at or below `position` that are still open for a late fill. */
  readonly openSlots: readonly (readonly [number, number])[];
}

interface Row {
  boot: string;
  position: string;
  open_slots: { first: number; last: number }[] | null;
}

/** Where the ledger stands with a source, newest boot first. */
export async function loadPositions(
  database: Queryable,
  siteId: string,
  source: string,
): Promise<BootPosition[]> {
  const { rows } = await database.query<Row>(
    `SELECT boot, position, state->'openSlots' AS open_slots FROM boot
     WHERE site_id = $1 AND source = $2 ORDER BY boot DESC LIMIT ${BOOTS_MAX}`,
    [siteId, source],
  );
  return rows.map((row) => ({
    boot: Number(row.boot),
    position: Number(row.position),
    openSlots: (row.open_slots ?? []).map(({ first, last }) => [first, last] as const),
  }));
}
