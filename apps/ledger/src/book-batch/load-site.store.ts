import {
  type EventAttributes,
  InvariantError,
  type SiteRegistry,
  siteRegistrySchema,
} from '#contracts';
import {
  type BootState,
  type LotState,
  type Missing,
  type RunState,
  type ShipmentState,
  type SiteState,
  type VisitState,
  type WorkingSet,
  bootKey,
  decodeRecord,
  decodeState,
  openSite,
  openWorkingSet,
  parkedKey,
  totalKey,
} from '#custody';
import type { PoolClient } from '#database';
import { EMPTY_ROOT, decodeFrontier, emptyFrontier } from '#tlog';
import { loadDigestBlocks } from './digest-blocks.store.js';
import { loadCredits, loadOffice } from './office.store.js';
import { loadNoticeSeqs } from './notices.store.js';
import type { SiteBook } from './site-book.js';

interface SiteRow {
  partition: number;
  tree_size: string;
  root: Buffer;
  frontier: Buffer;
  fact_seq: string;
  stream_time: Date;
  registry_digest: string | null;
  policy: SiteState['policy'];
  scales: SiteState['scales'];
  sensors: SiteState['sensors'];
}

/** Opens the book of a site: everything that the rules want at hand, loaded once. */
export async function loadSite(
  client: PoolClient,
  siteId: string,
  partition: number,
): Promise<SiteBook> {
  const { rows } = await client.query<SiteRow>('SELECT * FROM site WHERE site_id = $1', [siteId]);
  const [row] = rows;
  const set = openWorkingSet(openSite(siteId));
  const book = { siteId, partition, set, accounts: new Map<string, number>() };
  if (row === undefined) {
    return { ...book, stored: false, frontier: emptyFrontier(), root: EMPTY_ROOT };
  }
  if (row.partition !== partition) {
    throw new InvariantError(
      `${siteId} is of partition ${row.partition}, and a record of it stands in ${partition}`,
    );
  }
  const registry = row.registry_digest === null ? null : row.registry_digest;
  set.site.treeSize = Number(row.tree_size);
  set.site.factSeq = Number(row.fact_seq);
  set.site.streamTimeMs = row.stream_time.getTime();
  set.site.registryDigest = registry;
  set.site.policy = row.policy;
  set.site.scales = row.scales;
  set.site.sensors = row.sensors;
  if (registry !== null) {
    await loadRegistries(client, set, [registry]);
    set.site.registry = set.registries.get(registry) ?? null;
  }
  await loadBoots(client, set);
  await loadParked(client, set);
  await loadTotals(client, set);
  await loadClosingRuns(client, set);
  await loadCredits(client, set);
  await loadNoticeSeqs(client, set);
  return { ...book, stored: true, frontier: decodeFrontier(row.frontier), root: row.root };
}

/** All of them: only a closed boot's position tells a record that is replayed from a stray. */
async function loadBoots(client: PoolClient, set: WorkingSet): Promise<void> {
  const { rows } = await client.query<{ state: string }>(
    'SELECT state::text AS state FROM boot WHERE site_id = $1',
    [set.site.siteId],
  );
  for (const { state } of rows) {
    const boot = decodeState(state) as BootState;
    set.boots.set(bootKey(boot.source, boot.boot), boot);
  }
}

interface ParkedRow {
  seq: string;
  attributes: EventAttributes;
  data: Buffer;
  ingest_time_ms: string;
}

async function loadParked(client: PoolClient, set: WorkingSet): Promise<void> {
  const { rows } = await client.query<ParkedRow>(
    'SELECT seq, attributes, data, ingest_time_ms FROM parked WHERE site_id = $1',
    [set.site.siteId],
  );
  for (const { seq, attributes, data, ingest_time_ms } of rows) {
    const { source, boot } = attributes;
    const record = decodeRecord({ attributes, value: data, ingestTimeMs: Number(ingest_time_ms) });
    set.parked.set(parkedKey(source, boot, Number(seq)), {
      source,
      boot,
      seq: Number(seq),
      record,
    });
  }
}

interface TotalRow {
  stream: LotState['stream'];
  class: string;
  weighed_debits_mg: string;
  weighed_credits_mg: string;
  estimated_debits_mg: string;
  estimated_credits_mg: string;
  pieces: string;
  changed_index: string;
}

async function loadTotals(client: PoolClient, set: WorkingSet): Promise<void> {
  const { rows } = await client.query<TotalRow>('SELECT * FROM total WHERE site_id = $1', [
    set.site.siteId,
  ]);
  for (const row of rows) {
    set.totals.set(totalKey(row.stream, row.class), {
      stream: row.stream,
      class: row.class,
      weighed: {
        debitsMg: BigInt(row.weighed_debits_mg),
        creditsMg: BigInt(row.weighed_credits_mg),
      },
      estimated: {
        debitsMg: BigInt(row.estimated_debits_mg),
        creditsMg: BigInt(row.estimated_credits_mg),
      },
      pieces: BigInt(row.pieces),
      changedIndex: Number(row.changed_index),
    });
  }
}

async function loadClosingRuns(client: PoolClient, set: WorkingSet): Promise<void> {
  const { rows } = await client.query<{ id: string; state: string }>(
    `SELECT run_id AS id, state::text AS state FROM run WHERE site_id = $1 AND status = 'closing'`,
    [set.site.siteId],
  );
  for (const { id, state } of rows) set.runs.set(id, decodeState(state) as RunState);
}

/** Looks up what `missing` names; an id that is not there becomes null. */
export async function loadMissing(
  client: PoolClient,
  set: WorkingSet,
  missing: Missing,
): Promise<void> {
  await loadStates<LotState>(client, set, 'lot', missing.lots, set.lots);
  await loadStates<RunState>(client, set, 'run', missing.runs, set.runs);
  await loadStates<VisitState>(client, set, 'visit', missing.visits, set.visits);
  await loadStates<ShipmentState>(client, set, 'shipment', missing.shipments, set.shipments);
  await loadDigestBlocks(client, set, missing.digestBlocks);
  await loadOffice(client, set, missing);
  await loadRegistries(client, set, missing.registries);
}

async function loadStates<State>(
  client: PoolClient,
  set: WorkingSet,
  table: 'lot' | 'run' | 'visit' | 'shipment',
  ids: readonly string[],
  into: Map<string, State | null>,
): Promise<void> {
  if (ids.length === 0) return;
  for (const id of ids) into.set(id, null);
  const { rows } = await client.query<{ id: string; state: string }>({
    name: `load-${table}`,
    text: `SELECT ${table}_id AS id, state::text AS state FROM ${table}
           WHERE site_id = $1 AND ${table}_id = ANY($2::text[])`,
    values: [set.site.siteId, ids],
  });
  for (const { id, state } of rows) into.set(id, decodeState(state) as State);
}

async function loadRegistries(
  client: PoolClient,
  set: WorkingSet,
  digests: readonly string[],
): Promise<void> {
  if (digests.length === 0) return;
  const { rows } = await client.query<{ digest: string; body: Buffer }>(
    'SELECT digest, body FROM registry WHERE digest = ANY($1::text[])',
    [digests],
  );
  for (const { digest, body } of rows) {
    const registry: SiteRegistry = siteRegistrySchema.parse(JSON.parse(body.toString('utf8')));
    set.registries.set(digest, registry);
  }
}
