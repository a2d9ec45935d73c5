import { invariant } from '#contracts';
import { type FoldResult, parseAccount } from '#custody';
import { type CopyValue, type PoolClient, copyRows, rowsStatement, writeRows } from '#database';
import type { SiteBook } from './site-book.js';

const ADD_BALANCES = rowsStatement(
  'balance',
  { account_id: 'integer' },
  { debits_mg: 'numeric', credits_mg: 'numeric' },
  'add',
);

const POSTING_COLUMNS = [
  'site_id',
  'from_index',
  'leg',
  'to_index',
  'debit',
  'credit',
  'mass_mg',
  'code',
  'event_time',
];

/** Postings and the growth of the balances they make. */
export async function savePostings(
  client: PoolClient,
  book: SiteBook,
  result: FoldResult,
): Promise<void> {
  const { accounts } = book;
  await resolveAccounts(client, book, [...result.turnovers.keys()]);
  const idOf = (key: string): number => {
    const id = accounts.get(key);
    invariant(id !== undefined, `account ${key} has a posting but no turnover`);
    return id;
  };
  const legs = new Map<number, number>();
  const rows = result.postings.map((posting): CopyValue[] => {
    const { fromIndex, toIndex, debit, credit, massMg, code } = posting;
    const leg = legs.get(fromIndex) ?? 0;
    legs.set(fromIndex, leg + 1);
    const entry = result.entries[fromIndex - result.firstIndex];
    invariant(entry !== undefined, `a posting names entry ${fromIndex}, which is not of its batch`);
    const time = entryTime(entry);
    return [book.siteId, fromIndex, leg, toIndex, idOf(debit), idOf(credit), massMg, code, time];
  });
  await copyRows(client, 'posting', POSTING_COLUMNS, rows);
  const balances = [...result.turnovers].map(([key, { debitsMg, creditsMg }]) =>
    JSON.stringify({
      account_id: idOf(key),
      debits_mg: String(debitsMg),
      credits_mg: String(creditsMg),
    }),
  );
  await writeRows(client, ADD_BALANCES, balances);
}

const TIME_MEMBER = '"time":"';
const TIME_LENGTH = '2026-11-24T08:00:00.000Z'.length;

/** `time` of an entry. It stands before all that a station words freely, so the first is it. */
function entryTime(entry: Buffer): string {
  const at = entry.indexOf(TIME_MEMBER) + TIME_MEMBER.length;
  return entry.toString('latin1', at, at + TIME_LENGTH);
}

/** Ids of accounts, made where there is none; known ones cost no query. */
async function resolveAccounts(
  client: PoolClient,
  { siteId, accounts }: SiteBook,
  keys: readonly string[],
): Promise<void> {
  const unknown = keys.filter((key) => !accounts.has(key));
  if (unknown.length === 0) return;
  const note = (rows: readonly { id: number; key: string }[]): void => {
    for (const { id, key } of rows) accounts.set(key, id);
  };
  const found = await client.query<{ id: number; key: string }>(
    'SELECT id, key FROM account WHERE site_id = $1 AND key = ANY($2::text[])',
    [siteId, unknown],
  );
  note(found.rows);
  const fresh = unknown.filter((key) => !accounts.has(key));
  if (fresh.length === 0) return;
  const made = await client.query<{ id: number; key: string }>(
    `INSERT INTO account (site_id, key, book, kind, owner, part)
     SELECT $1, key, book, kind, owner, part FROM json_to_recordset($2::json)
       AS rows (key text, book text, kind text, owner text, part text)
     RETURNING id, key`,
    [siteId, JSON.stringify(fresh.map((key) => ({ key, ...parseAccount(key) })))],
  );
  note(made.rows);
}
