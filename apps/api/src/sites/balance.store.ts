import { FACTS } from '#contracts';
import { rootMg } from '../answers/fields.js';
import type { Snapshot } from '../answers/snapshots.js';
import type { KindTurnover } from './balance.js';
import type { BalanceAnswer } from './sites.schema.js';

/** `from` inclusive, `to` exclusive; null = open. */
export interface Period {
  readonly from: Date | null;
  readonly to: Date | null;
  /** Only what the log held below this index counts; null = all that is booked. */
  readonly below: number | null;
}

interface KindRow {
  book: 'W' | 'E' | 'C';
  kind: string;
  gross_debits: string;
  gross_credits: string;
  within_debits: string;
  within_credits: string;
  later_debits: string;
  later_credits: string;
}

/**
 * Turnover by kind of account. Only postings from the period's first bound on are read (BRIN over
 * event time), and those from `below` on (primary key); what lies before follows from the balances.
 * A netted posting counts where its first entry lies. It is of one commit and checkpoints are of
 * whole commits, so none lies on both sides of `below`.
 */
export async function readTurnovers(
  db: Snapshot,
  siteId: string,
  { from, to, below }: Period,
): Promise<KindTurnover[]> {
  const rows = await db.query<KindRow[]>(
    `WITH leg AS (
       SELECT side.account_id, side.debit_mg, side.credit_mg,
         coalesce(p.event_time >= $3::timestamptz, false)
           OR coalesce(p.from_index >= $4::bigint, false) AS later,
         coalesce(p.from_index >= $4::bigint, false) AS unknown
       FROM posting p
       CROSS JOIN LATERAL (VALUES (p.debit, p.mass_mg, 0::bigint), (p.credit, 0, p.mass_mg))
         AS side (account_id, debit_mg, credit_mg)
       WHERE p.site_id = $1 AND (p.event_time >= coalesce($2::timestamptz, $3::timestamptz)
         OR p.from_index >= $4::bigint)
     ), moved AS (
       SELECT account_id,
         sum(debit_mg) FILTER (WHERE NOT later) AS within_debits,
         sum(credit_mg) FILTER (WHERE NOT later) AS within_credits,
         sum(debit_mg) FILTER (WHERE later) AS later_debits,
         sum(credit_mg) FILTER (WHERE later) AS later_credits,
         sum(debit_mg + credit_mg) FILTER (WHERE unknown) AS unknown
       FROM leg GROUP BY account_id
     )
     SELECT a.book, a.kind,
       coalesce(sum(b.debits_mg), 0) AS gross_debits, coalesce(sum(b.credits_mg), 0) AS gross_credits,
       coalesce(sum(m.within_debits), 0) AS within_debits,
       coalesce(sum(m.within_credits), 0) AS within_credits,
       coalesce(sum(m.later_debits), 0) AS later_debits,
       coalesce(sum(m.later_credits), 0) AS later_credits
     FROM account a LEFT JOIN balance b ON b.account_id = a.id LEFT JOIN moved m ON m.account_id = a.id
     WHERE a.site_id = $1 GROUP BY a.book, a.kind
     HAVING $4::bigint IS NULL
       OR coalesce(sum(b.debits_mg + b.credits_mg), 0) > coalesce(sum(m.unknown), 0)
     ORDER BY a.book DESC, a.kind`,
    [siteId, from, to, below],
  );
  return rows.map((row) => ({
    book: row.book,
    kind: row.kind,
    grossDebitsMg: BigInt(row.gross_debits),
    grossCreditsMg: BigInt(row.gross_credits),
    within:
      from === null
        ? null
        : { debitsMg: BigInt(row.within_debits), creditsMg: BigInt(row.within_credits) },
    laterDebitsMg: BigInt(row.later_debits),
    laterCreditsMg: BigInt(row.later_credits),
  }));
}

/** Sum of what the newest balances of the runs closed in the period leave over. */
export async function readUnaccounted(
  db: Snapshot,
  siteId: string,
  { from, to, below }: Period,
): Promise<BalanceAnswer['unaccounted']> {
  const [row] = await db.query<{ mass: string; variance: string; runs: string }[]>(
    `SELECT coalesce(sum((f.body ->> 'unaccountedMg')::numeric), 0) AS mass,
       coalesce(sum((f.body ->> 'unaccountedUncertaintyMg')::numeric
         * (f.body ->> 'unaccountedUncertaintyMg')::numeric), 0) AS variance,
       count(*) AS runs
     FROM run u CROSS JOIN LATERAL (
       SELECT convert_from(data, 'UTF8')::jsonb AS body FROM fact
       WHERE $4::bigint IS NULL
         AND site_id = u.site_id AND seq = (u.state ->> 'balancedSeq')::bigint
       UNION ALL (
         SELECT convert_from(data, 'UTF8')::jsonb FROM fact
         WHERE $4::bigint IS NOT NULL AND site_id = u.site_id AND subject = u.run_id
           AND type = $5 AND log_index < $4::bigint ORDER BY seq DESC LIMIT 1)
     ) f
     WHERE u.site_id = $1 AND ($2::timestamptz IS NULL OR u.closed_time >= $2)
       AND ($3::timestamptz IS NULL OR u.closed_time < $3)`,
    [siteId, from, to, below, FACTS.runBalanced.type],
  );
  const { mass, variance, runs } = row!;
  return { massMg: mass, uncertaintyMg: rootMg(BigInt(variance)), runs: Number(runs) };
}
