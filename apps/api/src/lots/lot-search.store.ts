import type { Snapshot } from '../answers/snapshots.js';
import { LOT_COLUMNS, type LotRow, lotAnswerOf } from './lots.store.js';
import type { LotAnswer } from './lots.schema.js';

export interface LotFilter {
  readonly stream?: string | undefined;
  readonly state?: string | undefined;
  readonly grade?: string | undefined;
  readonly site?: string | undefined;
}

interface Search {
  readonly filter: LotFilter;
  readonly limit: number;
}

const COLUMN_OF = {
  stream: 'stream',
  state: 'status',
  grade: 'COALESCE(keeps_grade, material_class)',
  site: 'site_id',
} as const satisfies Record<keyof LotFilter, string>;

/** Conditions with their values, numbered as they come. */
class Conditions {
  readonly values: unknown[] = [];
  private readonly texts: string[] = [];

  constructor(filter: LotFilter) {
    for (const name of ['stream', 'state', 'grade', 'site'] as const) {
      const value = filter[name];
      if (value !== undefined) this.add(`${COLUMN_OF[name]} = ?`, value);
    }
  }

  /** Each `?` stands for the next of `values`. */
  add(condition: string, ...values: readonly unknown[]): void {
    let at = this.values.length;
    this.values.push(...values);
    this.texts.push(condition.replace(/\?/g, () => `$${String((at += 1))}`));
  }

  get sql(): string {
    return this.texts.length === 0 ? '' : `WHERE ${this.texts.join(' AND ')}`;
  }
}

/** Newest first, from after (opening time, id) on. */
export async function newestLots(
  db: Snapshot,
  { filter, limit }: Search,
  after: readonly [string, string] | null,
): Promise<LotAnswer[]> {
  const conditions = new Conditions(filter);
  if (after !== null) conditions.add('(opened_time, lot_id) < (?::timestamptz, ?)', ...after);
  const rows = await db.query<LotRow[]>(
    `SELECT ${LOT_COLUMNS} FROM lot ${conditions.sql}
     ORDER BY opened_time DESC, lot_id DESC LIMIT ${limit}`,
    conditions.values,
  );
  return rows.map(lotAnswerOf);
}

/**
 * Lots whose id begins with `prefix`, by that id: `north.lot-2026` is looked for among whole ids,
 * `lot-2026` among those without the site. The order is that of bytes, which is the order of the
 * index; `after` is (that id, site).
 */
export async function lotsByPrefix(
  db: Snapshot,
  { filter, limit }: Search,
  prefix: string,
  after: readonly [string, string] | null,
): Promise<LotAnswer[]> {
  const column = idColumn(prefix);
  const conditions = new Conditions(filter);
  // `_` is no wildcard here; the other one and the escape itself are not in the alphabet of `q`.
  conditions.add(`${column} LIKE ?`, `${prefix.replaceAll('_', '\\_')}%`);
  if (after !== null) {
    const [id, site] = after;
    conditions.add(`${column} ~>=~ ? AND (${column} ~>~ ? OR site_id > ?)`, id, id, site);
  }
  const rows = await db.query<LotRow[]>(
    `SELECT ${LOT_COLUMNS} FROM lot ${conditions.sql}
     ORDER BY ${column} USING ~<~, site_id LIMIT ${limit}`,
    conditions.values,
  );
  return rows.map(lotAnswerOf);
}

/** A site's id has no dot, so a dot means that the prefix begins with a site. */
export const idColumn = (prefix: string): 'lot_id' | 'local_id' =>
  prefix.includes('.') ? 'lot_id' : 'local_id';

/** The key under which `lotsByPrefix` goes on. */
export const prefixKey = (prefix: string, last: LotAnswer): readonly [string, string] => [
  idColumn(prefix) === 'lot_id' ? last.lotId : last.lotId.slice(last.siteId.length + 1),
  last.siteId,
];
