import type { DataSource } from 'typeorm';
import { TotalEntity } from '../entities/books.entities.js';

/** Turnover of all accounts of a kind; `part` only for estimated accounts of lots. */
export interface KindTurnover {
  readonly book: 'W' | 'E' | 'C';
  /** `lot`, `world-in`, `run`, `loss-dust`, `unaccounted`, `transit` … */
  readonly kind: string;
  readonly debitsMg: bigint;
  readonly creditsMg: bigint;
}

export interface AccountBalance {
  readonly siteId: string;
  readonly key: string;
  readonly book: 'W' | 'E' | 'C';
  readonly kind: string;
  readonly owner: string;
  readonly part: string | null;
  readonly debitsMg: bigint;
  readonly creditsMg: bigint;
}

export interface PostingRow {
  readonly fromIndex: number;
  /** Exclusive. */
  readonly toIndex: number;
  readonly debit: string;
  readonly credit: string;
  readonly massMg: bigint;
  readonly code: string;
  readonly eventTime: string;
}

/** The books: what moved, and what stands where. */
export class BookReads {
  constructor(private readonly dataSource: DataSource) {}

  /** Debits and credits by book and kind of account, of postings with `from` ≤ event time < `to`. */
  async turnover(siteId: string, from: Date, to: Date): Promise<KindTurnover[]> {
    const rows = await this.dataSource.query<Record<string, string>[]>(
      `SELECT a.book, a.kind, sum(debits)::text AS debits, sum(credits)::text AS credits
       FROM (
         SELECT debit AS account_id, mass_mg AS debits, 0 AS credits FROM posting
         WHERE site_id = $1 AND event_time >= $2 AND event_time < $3
         UNION ALL
         SELECT credit, 0, mass_mg FROM posting
         WHERE site_id = $1 AND event_time >= $2 AND event_time < $3
       ) sides JOIN account a ON a.id = sides.account_id
       GROUP BY a.book, a.kind ORDER BY a.book, a.kind`,
      [siteId, from, to],
    );
    return rows.map((row) => ({
      book: row['book'] as KindTurnover['book'],
      kind: row['kind']!,
      debitsMg: BigInt(row['debits']!),
      creditsMg: BigInt(row['credits']!),
    }));
  }

  /** Balances of all accounts of a lot, run, visit or shipment. */
  async accountsOf(owner: string): Promise<AccountBalance[]> {
    const rows = await this.dataSource.query<Record<string, string | null>[]>(
      `SELECT a.site_id, a.key, a.book, a.kind, a.owner, a.part,
         b.debits_mg::text AS debits, b.credits_mg::text AS credits
       FROM account a JOIN balance b ON b.account_id = a.id WHERE a.owner = $1 ORDER BY a.key`,
      [owner],
    );
    return rows.map((row) => ({
      siteId: row['site_id']!,
      key: row['key']!,
      book: row['book'] as AccountBalance['book'],
      kind: row['kind']!,
      owner: row['owner']!,
      part: row['part'] ?? null,
      debitsMg: BigInt(row['debits']!),
      creditsMg: BigInt(row['credits']!),
    }));
  }

  /** Postings of the entries `from` … `to` − 1 of a site's log. */
  async postings(siteId: string, from: number, to: number): Promise<PostingRow[]> {
    const rows = await this.dataSource.query<Record<string, string | Date>[]>(
      `SELECT p.from_index, p.to_index, d.key AS debit, c.key AS credit,
         p.mass_mg::text AS mass, p.code, p.event_time
       FROM posting p JOIN account d ON d.id = p.debit JOIN account c ON c.id = p.credit
       WHERE p.site_id = $1 AND p.from_index >= $2 AND p.from_index < $3
       ORDER BY p.from_index, p.leg`,
      [siteId, from, to],
    );
    return rows.map((row) => ({
      fromIndex: Number(row['from_index']),
      toIndex: Number(row['to_index']),
      debit: row['debit'] as string,
      credit: row['credit'] as string,
      massMg: BigInt(row['mass'] as string),
      code: row['code'] as string,
      eventTime: (row['event_time'] as Date).toISOString(),
    }));
  }

  totals(siteId?: string): Promise<TotalEntity[]> {
    return this.dataSource.getRepository(TotalEntity).find({
      ...(siteId === undefined ? {} : { where: { siteId } }),
      order: { siteId: 'ASC', stream: 'ASC', class: 'ASC' },
    });
  }
}
