import type { AccountKey, ClosedPeriod, PostingCode } from '#custody';
import { type Pool, type PoolClient, createPool, decodeChunk } from '#database';
import { UnavailableError, messageOf } from './findings.js';
import type { TileRow } from './database-tree.js';

export interface SiteRow {
  readonly treeSize: number;
  readonly root: Buffer;
  readonly frontier: Buffer;
}

export interface PostingRow {
  readonly fromIndex: number;
  readonly toIndex: number;
  readonly debit: AccountKey;
  readonly credit: AccountKey;
  readonly code: PostingCode;
  readonly massMg: bigint;
  readonly timeMs: number;
}

interface BalanceRow {
  readonly account: AccountKey;
  readonly debitsMg: bigint;
  readonly creditsMg: bigint;
}

interface ExceptionRow {
  readonly exceptionId: string;
  readonly code: string;
  readonly severity: string;
  readonly about: string;
  readonly raisedIndex: number;
  readonly seenIndex: number | null;
  readonly closedIndex: number | null;
}

export interface NoticeRow {
  readonly destination: string;
  readonly seq: number;
  readonly attributes: object;
  readonly data: Buffer;
}

/** Where an opening belongs; what it says is nobody's to read here. */
export interface OpeningPlace {
  readonly source: string;
  readonly boot: string;
  readonly seq: string;
  readonly place: number;
  readonly about: string;
}

/** Reads one site of a ledger's database, all at one moment of it. */
export class DatabaseReader {
  private constructor(
    private readonly pool: Pool,
    private readonly client: PoolClient,
    readonly siteId: string,
  ) {}

  /** Throws an UnavailableError when the database cannot be reached. */
  static async open(databaseUrl: string, siteId: string): Promise<DatabaseReader> {
    const pool = createPool({
      databaseUrl,
      applicationName: 'urbanmine-audit',
      size: 1,
      onIdleError: () => undefined,
    });
    try {
      const client = await pool.connect();
      await client.query('SET idle_in_transaction_session_timeout = 0');
      await client.query('SET statement_timeout = 0');
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      return new DatabaseReader(pool, client, siteId);
    } catch (cause) {
      await pool.end();
      throw new UnavailableError(`the database cannot be read: ${messageOf(cause)}`, { cause });
    }
  }

  async close(): Promise<void> {
    this.client.release(true);
    await this.pool.end();
  }

  async readSite(): Promise<SiteRow | null> {
    const [row] = await this.rows<{ tree_size: string; root: Buffer; frontier: Buffer }>(
      'SELECT tree_size, root, frontier FROM site WHERE site_id = $1',
    );
    if (row === undefined) return null;
    return { treeSize: Number(row.tree_size), root: row.root, frontier: row.frontier };
  }

  /** First indexes of the chunks: where the ledger's commits began. */
  async readBounds(): Promise<ReadonlySet<number>> {
    const rows = await this.rows<{ first_index: string }>(
      'SELECT first_index FROM chunk WHERE site_id = $1',
    );
    return new Set(rows.map(({ first_index }) => Number(first_index)));
  }

  /** Entries `from` … `to` − 1 in their order, chunk by chunk. */
  async *readEntries(from: number, to: number): AsyncGenerator<Buffer[]> {
    for (let at = from; at < to;) {
      const { rows } = await this.client.query<{
        first_index: string;
        codec: string;
        body: Buffer;
      }>(
        `SELECT first_index, codec, body FROM chunk WHERE site_id = $1 AND first_index =
           (SELECT max(first_index) FROM chunk WHERE site_id = $1 AND first_index <= $2)`,
        [this.siteId, at],
      );
      const [row] = rows;
      const first = Number(row?.first_index);
      const entries = row === undefined ? [] : decoded(row).slice(at - first, to - first);
      if (entries.length === 0) return;
      yield entries;
      at += entries.length;
    }
  }

  async readTiles(): Promise<TileRow[]> {
    const rows = await this.rows<{ level: number; idx: string; data: Buffer }>(
      'SELECT level, idx, data FROM tile WHERE site_id = $1',
    );
    return rows.map(({ level, idx, data }) => ({ level, index: Number(idx), data }));
  }

  async readPostings(): Promise<PostingRow[]> {
    const rows = await this.rows<Record<string, string> & { code: PostingCode; event_time: Date }>(
      `SELECT p.from_index, p.to_index, p.mass_mg, p.code, p.event_time,
         coalesce(d.key, 'account ' || p.debit) AS debit,
         coalesce(c.key, 'account ' || p.credit) AS credit
       FROM posting p LEFT JOIN account d ON d.id = p.debit AND d.site_id = $1
         LEFT JOIN account c ON c.id = p.credit AND c.site_id = $1
       WHERE p.site_id = $1`,
    );
    return rows.map((row) => ({
      fromIndex: Number(row['from_index']),
      toIndex: Number(row['to_index']),
      debit: row['debit']!,
      credit: row['credit']!,
      code: row.code,
      massMg: BigInt(row['mass_mg']!),
      timeMs: row.event_time.getTime(),
    }));
  }

  async readBalances(): Promise<BalanceRow[]> {
    const rows = await this.rows<{ key: string; debits_mg: string; credits_mg: string }>(
      `SELECT a.key, b.debits_mg, b.credits_mg
       FROM account a JOIN balance b ON b.account_id = a.id WHERE a.site_id = $1`,
    );
    return rows.map(({ key, debits_mg, credits_mg }) => ({
      account: key,
      debitsMg: BigInt(debits_mg),
      creditsMg: BigInt(credits_mg),
    }));
  }

  async readFacts(): Promise<{ seq: number; logIndex: number; data: Buffer }[]> {
    const rows = await this.rows<{ seq: string; log_index: string; data: Buffer }>(
      'SELECT seq, log_index, data FROM fact WHERE site_id = $1',
    );
    return rows.map(({ seq, log_index, data }) => ({
      seq: Number(seq),
      logIndex: Number(log_index),
      data,
    }));
  }

  async readExceptions(): Promise<ExceptionRow[]> {
    return this.rows<ExceptionRow & Record<string, unknown>>(
      `SELECT exception_id AS "exceptionId", code, severity, about,
         raised_index AS "raisedIndex", acknowledged_index AS "seenIndex",
         closed_index AS "closedIndex"
       FROM exception WHERE site_id = $1`,
    );
  }

  async readPeriods(): Promise<ClosedPeriod[]> {
    const rows = await this.rows<Record<string, string> & { period: number; root: Buffer }>(
      `SELECT period, from_index, to_index, fact_seq, balances_root AS root
       FROM period WHERE site_id = $1`,
    );
    return rows.map((row) => ({
      period: row.period,
      fromIndex: Number(row['from_index']),
      toIndex: Number(row['to_index']),
      factSeq: Number(row['fact_seq']),
      balancesRoot: row.root.toString('hex'),
    }));
  }

  async readNotices(): Promise<NoticeRow[]> {
    const rows = await this.rows<Omit<NoticeRow, 'seq'> & { seq: string }>(
      'SELECT destination, seq, attributes, data FROM notice WHERE site_id = $1',
    );
    return rows.map(({ seq, ...row }) => ({ ...row, seq: Number(seq) }));
  }

  /** Keys and books that the log has adopted. */
  async readAdoptions(): Promise<{ key: string; told: string }[]> {
    return this.rows(
      `SELECT 'log-key adopted at ' || log_index AS key, digest AS told
       FROM log_key_adoption WHERE site_id = $1
       UNION ALL SELECT reference || ' adopted at ' || log_index,
         concat_ws(' ', name, version, digest) FROM book_adoption WHERE site_id = $1`,
    );
  }

  async readOpenings(): Promise<OpeningPlace[]> {
    return this.rows('SELECT source, boot, seq, place, about FROM opening WHERE site_id = $1');
  }

  /** Ids about which openings were erased. */
  async readErased(): Promise<string[]> {
    const rows = await this.rows<{ about: string }>(
      'SELECT DISTINCT about FROM erasure WHERE site_id = $1',
    );
    return rows.map(({ about }) => about);
  }

  /** Rows of a statement whose one parameter is the site. */
  async rows<Row extends object>(statement: string): Promise<Row[]> {
    const { rows } = await this.client.query(statement, [this.siteId]);
    return rows as Row[];
  }
}

function decoded({ codec, body }: { codec: string; body: Buffer }): Buffer[] {
  try {
    return decodeChunk(codec, body).map((entry) =>
      Buffer.from(entry.buffer, entry.byteOffset, entry.length),
    );
  } catch {
    // Bytes that are no chunk hold no entry; what is missing for it is a finding.
    return [];
  }
}
