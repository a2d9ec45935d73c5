import { InvariantError, decodeEntry } from '#contracts';
import {
  type LotState,
  Replay,
  type ReplayEntry,
  type RunState,
  type ShipmentState,
  type TotalState,
  decodeRecord,
  factSource,
} from '#custody';
import type { Snapshot } from '../answers/snapshots.js';
import type { SiteAnswer } from '../sites/sites.schema.js';
import { type StoredChunk, readChunk, readRegistryOf } from './past-entries.store.js';

/** What the rules made of a site's log below a size: as everything was known then. */
export interface PastSite {
  readonly siteId: string;
  readonly treeSize: number;
  readonly name: string;
  /** As far as the log tells it: an entry holds no ingest time, a fact holds that of its cause. */
  readonly streamTime: Date;
  readonly lots: ReadonlyMap<string, LotState>;
  readonly runs: ReadonlyMap<string, RunState>;
  readonly shipments: ReadonlyMap<string, ShipmentState>;
  readonly totals: readonly TotalState[];
}

const OPEN: ReadonlySet<string> = new Set(['provisional', 'open', 'quarantined']);

/** Entries between two looks at the books. */
const SETTLE_ENTRIES = 4_096;

/**
 * Folds the entries of a log below `treeSize` anew, with the rules that were in force at each, and
 * chunk by chunk, so that others are served in between. InvariantError where the log is not what
 * the rules make of it: figures of such a log MUST NOT be told.
 */
export async function foldPast(db: Snapshot, siteId: string, treeSize: number): Promise<PastSite> {
  const replay = new Replay(siteId);
  for (let at = 0, settled = 0; at < treeSize;) {
    const chunk = await chunkAt(db, siteId, at);
    for (const entry of chunk.entries.slice(at - chunk.firstIndex, treeSize - chunk.firstIndex)) {
      const taken = takeEntry(siteId, entry);
      await lookUp(db, replay, taken, at);
      replay.push(taken);
      at += 1;
    }
    if (at - settled < SETTLE_ENTRIES) continue;
    // Postings are in the database; here they would only pile up.
    replay.settle();
    settled = at;
  }
  replay.end();
  replay.settle();
  const [found] = replay.findings;
  if (found !== undefined) {
    throw new InvariantError(
      `the log of ${siteId} is not what the rules make of it, at ${found.index}: ${found.class}; ` +
        'audit it with `urbanmine audit`',
    );
  }
  const { site, lots, runs, shipments, totals } = replay.set;
  return {
    siteId,
    treeSize,
    name: site.registry?.name ?? siteId,
    streamTime: new Date(site.streamTimeMs),
    lots: known(lots),
    runs: known(runs),
    shipments: known(shipments),
    totals: [...totals.values()],
  };
}

/** What the rules will look at with the entry at `index`, and cannot look up themselves. */
async function lookUp(
  db: Snapshot,
  replay: Replay,
  { record }: ReplayEntry,
  index: number,
): Promise<void> {
  if (record === null) return;
  const { typed, attributes } = record;
  const { siteid } = attributes;
  if (typed.key === 'eventCorrected' && typed.data.errs.logIndex < index) {
    const { logIndex } = typed.data.errs;
    const { firstIndex, entries } = await chunkAt(db, siteid, logIndex);
    replay.addOriginal(logIndex, takeEntry(siteid, entries[logIndex - firstIndex]!));
  }
  if (typed.key === 'referenceAdopted' && typed.data.reference === 'sites') {
    const registry = await readRegistryOf(db, siteid, typed.data.digest);
    if (registry !== null) replay.addRegistry(typed.data.digest, registry);
  }
}

async function chunkAt(db: Snapshot, siteId: string, index: number): Promise<StoredChunk> {
  const chunk = await readChunk(db, siteId, index);
  if (chunk === null) throw new InvariantError(`the log of ${siteId} lacks its entry ${index}`);
  return chunk;
}

function takeEntry(siteId: string, entry: Buffer): ReplayEntry {
  const { attributes, data, body } = decodeEntry(entry);
  const isFact = attributes.source === factSource(siteId);
  const record = isFact ? null : decodeRecord({ attributes, value: data, ingestTimeMs: 0, body });
  return { entry, attributes, data, record };
}

const known = <State>(states: ReadonlyMap<string, State | null>): Map<string, State> =>
  new Map([...states].filter((one): one is [string, State] => one[1] !== null));

/** What the row of a site would have told, of the moment of a checkpoint. */
export function siteAsKnown(
  { siteId, treeSize, name, streamTime, lots, runs }: PastSite,
  checkpoint: { readonly size: number; readonly signedAt: Date },
): SiteAnswer {
  const { size, signedAt } = checkpoint;
  return {
    siteId,
    name,
    treeSize,
    checkpoint: { size, signedAt: signedAt.toISOString() },
    streamTime: streamTime.toISOString(),
    lotsOpen: [...lots.values()].filter(({ status }) => OPEN.has(status)).length,
    runsOpen: [...runs.values()].filter(({ status }) => status !== 'balanced').length,
  };
}
