import type { Missing, StreamRecord, WorkingSet } from './model.js';
import { FILLERS_MAX } from './limits.js';
import { blockOf, isInStoredBlock } from './kept-digests.js';
import { OfficeWants } from './missing-office.js';
import { type BookedData, isBooked, namedIds } from './named-ids.js';
import { blockKey, bootKey } from './working-set.js';

/**
 * What must be looked up before `records` may be folded. The shell calls it until all is empty: a
 * run names its outlets' lots only once it is loaded. Parked records count too, for any record or
 * timeout may release them. Closing runs are always loaded, and any record may be the one that
 * balances them, which grades the lots behind their outlets.
 */
export function missing(set: WorkingSet, records: readonly StreamRecord[]): Missing {
  const lots = new Set<string>();
  const runs = new Set<string>();
  const visits = new Set<string>();
  const shipments = new Set<string>();
  const digests = new Set<string>();
  /** Lots whose readings may be held against their assays. */
  const watched = new Set<string>();
  const office = new OfficeWants(set);
  const collect = (record: StreamRecord): void => {
    const { typed } = record;
    if (typed.key === 'piecesClassified') {
      runs.add(typed.data.scan.runId);
      return;
    }
    if (!isBooked(typed)) return;
    if (typed.key === 'lotAssayed') watched.add(typed.data.lotId);
    for (const named of [typed, ...office.collect(record)]) {
      const ids = namedIds(named);
      for (const id of ids.lots) lots.add(id);
      for (const id of ids.runs) runs.add(id);
      for (const id of ids.visits) visits.add(id);
      for (const id of departures(set, named, ids.shipments)) visits.add(id);
      for (const id of ids.shipments) shipments.add(id);
      for (const digest of ids.digests) digests.add(digest);
    }
  };
  records.forEach(collect);
  for (const { record } of set.parked.values()) collect(record);
  addClosing(set, watched);
  for (const runId of runs) {
    // Frames and containers go to the lots behind the outlets; what was fed is their custody.
    const run = set.runs.get(runId);
    for (const { lotId } of run?.outlets ?? []) watched.add(lotId);
    for (const { lotId } of run?.feeds ?? []) lots.add(lotId);
  }
  addWithin(set, { lots, visits, shipments, office });
  for (const lotId of watched) {
    lots.add(lotId);
    for (const runId of fillersOf(set, lotId)) runs.add(runId);
  }
  addHeirs(set, lots);
  return {
    lots: absent(lots, set.lots),
    runs: absent(runs, set.runs),
    visits: absent(visits, set.visits),
    shipments: absent(shipments, set.shipments),
    digestBlocks: absent(blocksOf(set, records), set.digestBlocks),
    registries: absent(digests, set.registries),
    claims: absent(office.claims, set.office.claims),
    claimedLots: absent(office.claimedLots, set.office.claimedLots),
    exceptions: absent(office.exceptions, set.office.exceptions),
    corrections: absent(office.corrections, set.office.corrections),
    originals: [...office.originals]
      .filter((index) => !set.office.originals.has(index))
      .map(String),
    // A batch may make lots descend from each other, so with a correction all of them count.
    lineages: office.corrections.size > 0 ? absent(lots, set.office.lineages) : [],
    balances: office.balances && set.office.balances === null ? [set.site.siteId] : [],
  };
}

/** What visits and shipments bring with them. */
function addWithin(
  set: WorkingSet,
  {
    lots,
    visits,
    shipments,
    office,
  }: {
    readonly lots: Set<string>;
    readonly visits: ReadonlySet<string>;
    readonly shipments: ReadonlySet<string>;
    readonly office: OfficeWants;
  },
): void {
  for (const visitId of visits) {
    // An alarm sets them apart.
    for (const lotId of set.visits.get(visitId)?.lots ?? []) lots.add(lotId);
  }
  for (const shipmentId of shipments) {
    // Once both ends agree it is closed, unless the office has closed it.
    const open = set.shipments.get(shipmentId)?.transfer?.differenceExceptionId ?? null;
    if (open !== null) office.exceptions.add(open);
  }
}

/** Runs that filled a lot: it is held against its assays once all of them are balanced. */
function fillersOf({ lots }: WorkingSet, lotId: string): readonly string[] {
  const { runs = [] } = lots.get(lotId) ?? {};
  return runs.length > FILLERS_MAX ? [] : runs;
}

/** Lots behind the outlets of runs that any record may balance. */
function addClosing({ runs }: WorkingSet, lots: Set<string>): void {
  for (const run of runs.values()) {
    if (run?.status !== 'closing') continue;
    for (const { lotId } of run.outlets) lots.add(lotId);
  }
}

/** Lots that what arrives in a closed one goes on to. */
function addHeirs(set: WorkingSet, lots: Set<string>): void {
  // A set grows while it is walked.
  for (const lotId of lots) {
    const { successor = null, endings = [] } = set.lots.get(lotId) ?? {};
    if (successor !== null) lots.add(successor.lotId);
    // When the ending that counts is taken back, another one says where it goes.
    for (const { into } of endings) if (into !== undefined) lots.add(into);
  }
}

/** The visits that shipments left with: their weighings are held against the consignees'. */
function departures(
  set: WorkingSet,
  typed: BookedData,
  shipments: readonly string[],
): readonly string[] {
  if (shipments.length === 0) return shipments;
  const dispatched = typed.key === 'shipmentDispatched' ? [typed.data.visitId] : [];
  const known = shipments.map((id) => set.shipments.get(id)?.visitId);
  return [...dispatched, ...known].filter((visitId) => visitId !== undefined);
}

function blocksOf(set: WorkingSet, records: readonly StreamRecord[]): ReadonlySet<string> {
  const blocks = new Set<string>();
  for (const { attributes } of records) {
    const { source, boot, seq } = attributes;
    const state = set.boots.get(bootKey(source, boot));
    // A lower seq is a copy, or late: either way what is kept of its block must be at hand.
    if (state !== undefined && isInStoredBlock(state, seq)) {
      blocks.add(blockKey(source, boot, blockOf(seq)));
    }
  }
  return blocks;
}

const absent = (
  ids: ReadonlySet<string>,
  loaded: { readonly has: (id: string) => boolean },
): string[] => [...ids].filter((id) => !loaded.has(id));
