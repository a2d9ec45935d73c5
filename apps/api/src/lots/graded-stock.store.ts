import { type DataOf, trustBody } from '#contracts';
import type { Snapshot } from '../answers/snapshots.js';
import type { GradedLot } from './graded-stock.js';

interface LotRow {
  site_id: string;
  stream: string;
  weighed_mg: string;
  seq: string;
}

interface FactRow {
  site_id: string;
  seq: string;
  type: string;
  data: string;
}

type Grading = Pick<DataOf<'lotGraded'>, 'offSpecPpm' | 'limits'>;

/** Reads the lots in stock that were graded. A fact never changes, so each is read once. */
export class GradedStock {
  private known = new Map<string, Grading>();

  async read(db: Snapshot): Promise<GradedLot[]> {
    const lots = await db.query<LotRow[]>(
      `SELECT site_id, stream, weighed_mg, state #>> '{graded,seq}' AS seq FROM lot
       WHERE status IN ('provisional', 'open', 'quarantined') AND state ? 'graded'`,
    );
    await this.learn(db, lots);
    return lots.flatMap((row) => {
      const grading = this.known.get(keyOf(row));
      const { site_id: siteId, stream, weighed_mg: weighedMg } = row;
      return grading === undefined
        ? []
        : [{ siteId, stream, weighedMg: BigInt(weighedMg), grading }];
    });
  }

  /** Forgets what is out of stock. */
  private async learn(db: Snapshot, lots: readonly LotRow[]): Promise<void> {
    const unknown = lots.filter((row) => !this.known.has(keyOf(row)));
    const facts =
      unknown.length === 0
        ? []
        : await db.query<FactRow[]>(
            `SELECT f.site_id, f.seq, f.type, convert_from(f.data, 'UTF8') AS data
             FROM unnest($1::text[], $2::bigint[]) AS wanted (site_id, seq)
             JOIN fact f ON f.site_id = wanted.site_id AND f.seq = wanted.seq`,
            [unknown.map((row) => row.site_id), unknown.map(({ seq }) => seq)],
          );
    const read = new Map(this.known);
    for (const row of facts) {
      const { key, data } = trustBody(row.type, JSON.parse(row.data) as unknown);
      if (key === 'lotGraded')
        read.set(keyOf(row), { offSpecPpm: data.offSpecPpm, limits: data.limits });
    }
    this.known = new Map(
      lots.flatMap((row) => {
        const grading = read.get(keyOf(row));
        return grading === undefined ? [] : [[keyOf(row), grading] as const];
      }),
    );
  }
}

const keyOf = (row: { readonly site_id: string; readonly seq: string }): string =>
  `${row.site_id} ${row.seq}`;
