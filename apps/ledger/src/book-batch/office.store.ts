import {
  type AccountKey,
  type ClaimState,
  type CorrectionState,
  type CreditState,
  type ExceptionNote,
  type FoldResult,
  type LotState,
  type Missing,
  type Turnover,
  type WorkingSet,
  creditKey,
  decodeState,
  encodeState,
  originalOf,
} from '#custody';
import { type PoolClient, decodeChunk, hexBytes, rowsStatement, writeRows } from '#database';

/** What the office's requests made: credits, claims, closed periods, exceptions that were seen. */

const SITE = { site_id: 'text' };

const CREDIT = rowsStatement(
  'credit',
  { ...SITE, characteristic: 'text', period: 'integer' },
  { changed_index: 'bigint', state: 'jsonb' },
);

const CLAIM = rowsStatement(
  'claim',
  { ...SITE, claim_id: 'text' },
  {
    characteristic: 'text',
    model: 'text',
    status: 'text',
    lot_id: 'text',
    changed_index: 'bigint',
    state: 'jsonb',
  },
);

const CORRECTION = rowsStatement(
  'correction',
  { ...SITE, source: 'text', boot: 'bigint', seq: 'bigint' },
  { errs: 'bigint', changed_index: 'bigint', state: 'jsonb' },
);

const PERIOD = rowsStatement(
  'period',
  { ...SITE, period: 'integer' },
  {
    from_index: 'bigint',
    to_index: 'bigint',
    fact_seq: 'bigint',
    balances_root: 'bytea',
  },
  'refuse',
);

const ACKNOWLEDGE = `
  UPDATE exception e SET acknowledged_index = rows."logIndex", acknowledged_by = rows.actor
  FROM json_to_recordset($2::json) AS rows ("exceptionId" text, actor text, "logIndex" bigint)
  WHERE e.site_id = $1 AND e.exception_id = rows."exceptionId"`;

/** MUST come after postings and exceptions: a period is closed over those of its batch. */
export async function saveOffice(client: PoolClient, result: FoldResult): Promise<void> {
  const { siteId, changed, periodsClosed, exceptionsAcknowledged } = result;
  const row = (columns: object, state: unknown): string =>
    `${JSON.stringify({ site_id: siteId, ...columns }).slice(0, -1)},"state":${encodeState(state)}}`;
  await writeRows(
    client,
    CREDIT,
    changed.credits.map((credit) => {
      const { characteristic, period, changedIndex } = credit;
      return row({ characteristic, period, changed_index: changedIndex }, credit);
    }),
  );
  await writeRows(
    client,
    CLAIM,
    changed.claims.map((claim) => row(claimColumns(claim), claim)),
  );
  await writeRows(
    client,
    CORRECTION,
    changed.corrections.map((correction) => {
      const { source, boot, seq, errs, changedIndex } = correction;
      return row({ source, boot, seq, errs, changed_index: changedIndex }, correction);
    }),
  );
  await writeRows(
    client,
    PERIOD,
    periodsClosed.map(({ period, fromIndex, toIndex, factSeq, balancesRoot }) =>
      JSON.stringify({
        site_id: siteId,
        period,
        from_index: fromIndex,
        to_index: toIndex,
        fact_seq: factSeq,
        balances_root: hexBytes(Buffer.from(balancesRoot, 'hex')),
      }),
    ),
  );
  if (exceptionsAcknowledged.length > 0) {
    await client.query(ACKNOWLEDGE, [siteId, JSON.stringify(exceptionsAcknowledged)]);
  }
}

const claimColumns = (claim: ClaimState): object => ({
  claim_id: claim.claimId,
  characteristic: claim.characteristic,
  model: claim.model,
  status: claim.status,
  lot_id: claim.lotId,
  changed_index: claim.changedIndex,
});

/** Credits of the open period; the rules want them all at hand. */
export async function loadCredits(client: PoolClient, set: WorkingSet): Promise<void> {
  const { siteId, policy } = set.site;
  const { rows } = await client.query<{ state: string }>(
    'SELECT state::text AS state FROM credit WHERE site_id = $1 AND period = $2',
    [siteId, policy.period],
  );
  for (const { state } of rows) {
    const credit = decodeState(state) as CreditState;
    set.office.credits.set(creditKey(credit.characteristic, credit.period), credit);
  }
}

/** Looks up what `missing` names of the office's; an id that is not there becomes null. */
export async function loadOffice(
  client: PoolClient,
  set: WorkingSet,
  { claims, claimedLots, exceptions, corrections, originals, lineages, balances }: Missing,
): Promise<void> {
  await loadLineages(client, set, lineages);
  await loadCorrections(client, set, corrections);
  // One after the other: corrections are rare, and a chunk may be large.
  for (const index of originals) await loadOriginal(client, set, Number(index));
  await loadClaims(client, set, claims, claimedLots);
  await loadExceptions(client, set, exceptions);
  if (balances.length > 0) set.office.balances = await readBalances(client, set.site.siteId);
}

async function loadClaims(
  client: PoolClient,
  { site, office }: WorkingSet,
  ids: readonly string[],
  lots: readonly string[],
): Promise<void> {
  if (ids.length === 0 && lots.length === 0) return;
  for (const id of ids) office.claims.set(id, null);
  for (const lotId of lots) office.claimedLots.add(lotId);
  const { rows } = await client.query<{ id: string; state: string }>({
    name: 'load-claims',
    text: `SELECT claim_id AS id, state::text AS state FROM claim
           WHERE site_id = $1 AND (claim_id = ANY($2::text[]) OR lot_id = ANY($3::text[]))`,
    values: [site.siteId, ids, lots],
  });
  for (const { id, state } of rows) {
    // What is at hand already may be newer than the rows: this very batch may have moved it.
    if ((office.claims.get(id) ?? null) === null) {
      office.claims.set(id, decodeState(state) as ClaimState);
    }
  }
}

/** Lots that came of the lots, and the claims on them: what a correction has to tell. */
async function loadLineages(
  client: PoolClient,
  set: WorkingSet,
  lots: readonly string[],
): Promise<void> {
  if (lots.length === 0) return;
  const { siteId } = set.site;
  const { rows } = await client.query<{ id: string; state: string }>(
    `WITH RECURSIVE down (lot_id) AS (
       SELECT unnest($2::text[])
       UNION SELECT l.lot_id FROM down JOIN lot l
         ON l.site_id = $1 AND l.parents @> ARRAY[down.lot_id]
     ) SELECT lot_id AS id, state::text AS state FROM lot
       WHERE site_id = $1 AND lot_id IN (SELECT lot_id FROM down)`,
    [siteId, lots],
  );
  for (const { id, state } of rows) {
    if ((set.lots.get(id) ?? null) === null) set.lots.set(id, decodeState(state) as LotState);
  }
  for (const lotId of lots) set.office.lineages.add(lotId);
  await loadClaims(client, set, [], [...lots, ...rows.map(({ id }) => id)]);
}

async function loadCorrections(
  client: PoolClient,
  { site, office }: WorkingSet,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  for (const key of keys) office.corrections.set(key, null);
  const { rows } = await client.query<{ key: string; state: string }>(
    `SELECT c.source || ' ' || c.boot || '.' || c.seq AS key, c.state::text AS state
     FROM correction c JOIN json_to_recordset($2::json) AS k (source text, boot bigint, seq bigint)
       ON (c.source, c.boot, c.seq) = (k.source, k.boot, k.seq)
     WHERE c.site_id = $1`,
    [site.siteId, JSON.stringify(keys.map(placeOf))],
  );
  for (const { key, state } of rows) {
    office.corrections.set(key, decodeState(state) as CorrectionState);
  }
}

/** `<source> <boot>.<seq>` in its parts. */
function placeOf(key: string): { source: string; boot: string; seq: string } {
  const [source, id] = key.split(' ') as [string, string];
  const [boot, seq] = id.split('.') as [string, string];
  return { source, boot, seq };
}

/** The event at a log index, out of the one chunk that holds it. */
async function loadOriginal(
  client: PoolClient,
  { site, office }: WorkingSet,
  index: number,
): Promise<void> {
  const { rows } = await client.query<{ first_index: string; codec: string; body: Buffer }>(
    `SELECT first_index, codec, body FROM chunk
     WHERE site_id = $1 AND first_index <= $2 ORDER BY first_index DESC LIMIT 1`,
    [site.siteId, index],
  );
  const [chunk] = rows;
  const entry =
    chunk === undefined
      ? undefined
      : decodeChunk(chunk.codec, chunk.body)[index - Number(chunk.first_index)];
  office.originals.set(index, entry === undefined ? null : originalOf(Buffer.from(entry)));
}

async function loadExceptions(
  client: PoolClient,
  { site, office }: WorkingSet,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  for (const id of ids) office.exceptions.set(id, null);
  const { rows } = await client.query<ExceptionNote>(
    `SELECT exception_id AS "exceptionId", code, acknowledged_index IS NOT NULL AS acknowledged,
       closed_index IS NOT NULL AS closed
     FROM exception WHERE site_id = $1 AND exception_id = ANY($2::text[])`,
    [site.siteId, ids],
  );
  for (const note of rows) office.exceptions.set(note.exceptionId, note);
}

/** Of every account of the site: once a period, for the root that seals it. */
async function readBalances(
  client: PoolClient,
  siteId: string,
): Promise<Map<AccountKey, Turnover>> {
  const { rows } = await client.query<{ key: string; debits_mg: string; credits_mg: string }>(
    `SELECT a.key, b.debits_mg, b.credits_mg
     FROM balance b JOIN account a ON a.id = b.account_id WHERE a.site_id = $1`,
    [siteId],
  );
  return new Map(
    rows.map(({ key, debits_mg, credits_mg }): [AccountKey, Turnover] => [
      key,
      { debitsMg: BigInt(debits_mg), creditsMg: BigInt(credits_mg) },
    ]),
  );
}
