import { type SiteRegistry, encodeRegistry, registryDigest } from '#contracts';
import { type FoldResult, type WorkingSet, encodeState, parseAccount } from '#custody';
import { type PoolClient, encodeChunk } from '#database';
import {
  type Frontier,
  appendSignatures,
  cosign,
  ed25519Cosigner,
  ed25519Signer,
  emptyFrontier,
  encodeFrontier,
  formatCheckpoint,
  frontierRoot,
  integrate,
  keyPair,
  leafHash,
  signNote,
} from '#tlog';

/** Puts a site into the database as the ledger would, for the specs of what is read from there. */

const SEED = Buffer.alloc(32, 7);

/** Stores entries in chunks of uneven sizes, their tiles, and a checkpoint at each of `signedAt`. */
export async function insertLog(
  client: PoolClient,
  siteId: string,
  entries: readonly Uint8Array[],
  signedAt: readonly number[],
): Promise<void> {
  const origin = `urbanmine.local/log/${siteId}`;
  for (const kind of ['log', 'time'] as const) {
    const key = kind === 'log' ? keyPair(origin, SEED) : keyPair(`${origin}/time`, SEED, 4);
    await client.query('INSERT INTO log_key (site_id, kind, vkey) VALUES ($1, $2, $3)', [
      siteId,
      kind,
      key.vkey,
    ]);
  }
  let frontier = emptyFrontier();
  const stops = new Set([...signedAt, entries.length]);
  for (let at = 1; at < entries.length; at += 97) stops.add(at);
  for (const stop of [...stops].sort((a, b) => a - b)) {
    frontier = await appendEntries(client, siteId, frontier, entries.slice(frontier.size, stop));
    if (signedAt.includes(stop)) await sign(client, siteId, origin, frontier);
  }
  await client.query(
    `INSERT INTO site (site_id, partition, tree_size, root, frontier, fact_seq, stream_time,
       committed_at) VALUES ($1, 0, $2, $3, $4, 0, now(), now())`,
    [
      siteId,
      frontier.size,
      Buffer.from(frontierRoot(frontier)),
      Buffer.from(encodeFrontier(frontier)),
    ],
  );
}

async function appendEntries(
  client: PoolClient,
  siteId: string,
  frontier: Frontier,
  entries: readonly Uint8Array[],
): Promise<Frontier> {
  if (entries.length === 0) return frontier;
  const { codec, body } = encodeChunk(entries);
  await client.query(
    'INSERT INTO chunk (site_id, first_index, n, codec, body) VALUES ($1, $2, $3, $4, $5)',
    [siteId, frontier.size, entries.length, codec, body],
  );
  const tree = integrate(frontier, entries.map(leafHash));
  for (const { level, index, data } of tree.tiles) {
    await client.query(
      `INSERT INTO tile (site_id, level, idx, data) VALUES ($1, $2, $3, $4)
       ON CONFLICT (site_id, level, idx) DO UPDATE SET data = tile.data || excluded.data`,
      [siteId, level, index, Buffer.from(data)],
    );
  }
  return tree.frontier;
}

async function sign(
  client: PoolClient,
  siteId: string,
  origin: string,
  frontier: Frontier,
): Promise<void> {
  const root = frontierRoot(frontier);
  const text = formatCheckpoint({ origin, size: frontier.size, root });
  const seconds = 1_795_000_000 + frontier.size;
  const signed = signNote(text, [ed25519Signer(origin, SEED)]);
  const line = cosign(signed, ed25519Cosigner(`${origin}/time`, SEED), seconds);
  const note = appendSignatures(signed, [line]);
  await client.query(
    'INSERT INTO checkpoint (site_id, size, root, note, signed_at) VALUES ($1, $2, $3, $4, $5)',
    [siteId, frontier.size, Buffer.from(root), note, new Date(seconds * 1000)],
  );
}

/** Stores what the rules said of a whole stream: `set` after one call of `fold`, and its result. */
export async function insertSite(
  client: PoolClient,
  registry: SiteRegistry,
  set: WorkingSet,
  result: FoldResult,
): Promise<void> {
  const { siteId, facts } = result;
  await insertLog(client, siteId, result.entries, [result.entries.length]);
  const body = encodeRegistry(registry);
  await client.query(
    'INSERT INTO registry (site_id, version, digest, body, adopted_index) VALUES ($1, 1, $2, $3, 0)',
    [siteId, registryDigest(body), body],
  );
  await client.query(
    `UPDATE site SET fact_seq = $2, stream_time = $3, registry_version = 1, registry_digest = $4,
       scales = $5
     WHERE site_id = $1`,
    [
      siteId,
      facts.length,
      new Date(set.site.streamTimeMs),
      set.site.registryDigest,
      JSON.stringify(set.site.scales),
    ],
  );
  for (const fact of facts) await insertFact(client, siteId, fact);
  await insertBooks(client, result);
  await insertStates(client, result);
}

export async function insertFact(
  client: PoolClient,
  siteId: string,
  { seq, logIndex, attributes, data }: FoldResult['facts'][number],
): Promise<void> {
  await client.query(
    `INSERT INTO fact (site_id, seq, log_index, type, subject, time, attributes, data, record_time)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now())`,
    [
      siteId,
      seq,
      logIndex,
      attributes.type,
      attributes.subject,
      attributes.time,
      JSON.stringify(attributes),
      data,
    ],
  );
}

async function insertBooks(client: PoolClient, result: FoldResult): Promise<void> {
  const { siteId, turnovers, postings } = result;
  const ids = new Map<string, number>();
  for (const [key, { debitsMg, creditsMg }] of turnovers) {
    const { book, kind, owner, part } = parseAccount(key);
    const { rows } = await client.query<{ id: number }>(
      `INSERT INTO account (site_id, key, book, kind, owner, part) VALUES ($1, $2, $3, $4, $5, $6)
       RETURNING id`,
      [siteId, key, book, kind, owner, part ?? null],
    );
    ids.set(key, rows[0]!.id);
    await client.query(
      'INSERT INTO balance (account_id, debits_mg, credits_mg) VALUES ($1, $2, $3)',
      [rows[0]!.id, String(debitsMg), String(creditsMg)],
    );
  }
  const legs = new Map<number, number>();
  for (const { debit, credit, massMg, code, fromIndex, toIndex } of postings) {
    const leg = legs.get(fromIndex) ?? 0;
    legs.set(fromIndex, leg + 1);
    const entry = JSON.parse(result.entries[fromIndex]!.toString()) as { time: string };
    await client.query(
      `INSERT INTO posting (site_id, from_index, leg, to_index, debit, credit, mass_mg, code,
         event_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        siteId,
        fromIndex,
        leg,
        toIndex,
        ids.get(debit),
        ids.get(credit),
        String(massMg),
        code,
        entry.time,
      ],
    );
  }
}

async function insertStates(client: PoolClient, result: FoldResult): Promise<void> {
  const { siteId, changed } = result;
  await insertBoots(client, result);
  await insertShipments(client, result);
  await insertTotals(client, result);
  await insertExceptions(client, result);
  for (const lot of changed.lots) {
    await client.query(
      `INSERT INTO lot (site_id, lot_id, local_id, stream, status, material_class, visit_id, run_id,
         parents, weighed_mg, pieces, opened_time, opened_index, changed_index, state, model, pass,
         place)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
      [
        siteId,
        lot.lotId,
        lot.lotId.slice(siteId.length + 1),
        lot.stream,
        lot.status,
        lot.materialClass,
        lot.visitId,
        lot.runId,
        lot.parents,
        String(lot.weighed.debitsMg - lot.weighed.creditsMg),
        String(lot.pieces),
        lot.openedTime,
        lot.openedIndex,
        lot.changedIndex,
        encodeState(lot),
        lot.custody?.model ?? null,
        lot.pass,
        lot.place,
      ],
    );
  }
  for (const run of changed.runs) {
    await client.query(
      `INSERT INTO run VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        siteId,
        run.runId,
        run.status,
        run.lineId,
        run.stream,
        run.recipe,
        String(run.unaccountedMg),
        String(run.pieces),
        run.openedTime,
        run.closedTime,
        run.openedIndex,
        run.changedIndex,
        encodeState(run),
      ],
    );
  }
}

async function insertShipments(client: PoolClient, { siteId, changed }: FoldResult): Promise<void> {
  for (const shipment of changed.shipments) {
    await client.query(
      `INSERT INTO shipment (site_id, shipment_id, consignee, log_index, state)
       VALUES ($1, $2, $3, $4, $5)`,
      [siteId, shipment.shipmentId, shipment.consignee, shipment.logIndex, encodeState(shipment)],
    );
  }
}

async function insertBoots(client: PoolClient, { siteId, changed }: FoldResult): Promise<void> {
  for (const state of changed.boots) {
    const { source, boot, position, openSlots, parkedSeqs, accepted, duplicates } = state;
    const waiting = openSlots.length > 0 || parkedSeqs.length > 0;
    await client.query(
      `INSERT INTO boot (site_id, source, boot, position, waiting, accepted, duplicates, state)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [siteId, source, boot, position, waiting, accepted, duplicates, encodeState(state)],
    );
  }
}

async function insertTotals(client: PoolClient, { siteId, changed }: FoldResult): Promise<void> {
  for (const { stream, class: name, weighed, estimated, pieces, changedIndex } of changed.totals) {
    const sums = [weighed.debitsMg, weighed.creditsMg, estimated.debitsMg, estimated.creditsMg];
    await client.query(`INSERT INTO total VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
      siteId,
      stream,
      name,
      ...sums.map(String),
      String(pieces),
      changedIndex,
    ]);
  }
}

async function insertExceptions(client: PoolClient, result: FoldResult): Promise<void> {
  const { siteId } = result;
  for (const raised of result.exceptionsRaised) {
    const closed = result.exceptionsClosed.find((one) => one.exceptionId === raised.exceptionId);
    await client.query(`INSERT INTO exception VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, [
      siteId,
      raised.exceptionId,
      raised.code,
      raised.severity,
      raised.about,
      JSON.stringify(raised.figures),
      raised.time,
      raised.raisedIndex,
      closed?.logIndex ?? null,
      closed?.reason ?? null,
    ]);
  }
}
