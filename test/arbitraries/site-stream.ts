import { Buffer } from 'node:buffer';
import {
  type DataOf,
  EVENTS,
  type EventAttributes,
  type SiteRegistry,
  encodeRegistry,
  registryDigest,
} from '#contracts';
import {
  type FoldResult,
  type RuleVersions,
  type StreamRecord,
  type WorkingSet,
  decodeRecord,
  fold,
  missing,
  openSite,
  openWorkingSet,
  originalOf,
} from '#custody';
import { publicKeyText, stationKey } from './sealing.js';

/** Makes streams of one site as its stations would speak, and folds them without a database. */

export const SITE = 'north';
export const BOOT = 1_795_000_000;
/** Stream time of the first record, Unix ms. */
export const START_MS = Date.parse('2026-11-24T08:00:00.000Z');

export interface StationEvent {
  readonly attributes: EventAttributes;
  readonly value: Buffer;
}

type EventKey = keyof typeof EVENTS;

/** A station with a spool: gives each event the next seq. */
export class Station {
  private seq = 0;

  constructor(
    name: string,
    readonly boot = BOOT,
    readonly source = `${SITE}.${name}`,
  ) {}

  get lastSeq(): number {
    return this.seq;
  }

  say<Key extends EventKey>(
    key: Key,
    subject: string,
    data: DataOf<Key>,
    actor?: string,
  ): StationEvent {
    this.seq++;
    return {
      attributes: {
        source: this.source,
        boot: this.boot,
        seq: this.seq,
        type: EVENTS[key].type,
        time: '2026-11-24T07:59:00.000Z',
        subject,
        siteid: SITE,
        ...(actor === undefined ? {} : { actor }),
      },
      value: Buffer.from(JSON.stringify(data)),
    };
  }
}

const station = (
  name: string,
  kind: SiteRegistry['stations'][number]['kind'],
  lineId?: string,
) => ({
  source: `${SITE}.${name}`,
  kind,
  ...(lineId === undefined ? {} : { lineId }),
  publicKey: publicKeyText(stationKey(`${SITE}.${name}`)),
  tokenSha256: '00'.repeat(32),
});

export const registry: SiteRegistry = {
  siteId: SITE,
  version: 1,
  name: 'North yard',
  partition: 0,
  lines: [{ lineId: 'line-1', name: 'Line 1' }],
  stations: [
    station('registrar', 'registrar'),
    station('gate', 'gate'),
    station('bridge', 'weighbridge'),
    station('line', 'line', 'line-1'),
    station('belt', 'belt-scale', 'line-1'),
    station('sorter', 'sensor-sorter', 'line-1'),
    station('floor', 'floor-scale', 'line-1'),
    station('lab', 'lab'),
    station('yard', 'yard'),
    station('chemist', 'lab'),
    station('office', 'office'),
    {
      source: 'south/ledger',
      kind: 'peer-ledger',
      publicKey: publicKeyText(stationKey('south/ledger')),
      tokenSha256: '00'.repeat(32),
    },
  ],
  scales: [],
};

export const REGISTRY_DIGEST = registryDigest(encodeRegistry(registry));

/** The first record of every site. */
export const adoption = (registrar = new Station('registrar')): StationEvent =>
  registrar.say('referenceAdopted', registrar.source, {
    reference: 'sites',
    name: SITE,
    version: 1,
    digest: REGISTRY_DIGEST,
  });

/** Says nothing of material: lets stream time pass. */
export const calibration = (lab: Station): StationEvent =>
  lab.say('sensorCalibrated', lab.source, {
    calibrationId: 'cal-1',
    station: `${SITE}.sorter`,
    sensorModel: 'xrf-1',
    elements: { Cu: { biasPpm: 0, uncertaintyPpm: 50, detectionLimitPpm: 100 } },
    validUntil: '2027-11-24T00:00:00.000Z',
  });

export const at = (event: StationEvent, ingestTimeMs: number): StreamRecord =>
  decodeRecord({ ...event, ingestTimeMs });

/** The events as the broker gives them, one every `stepMs`. */
export const stream = (events: readonly StationEvent[], stepMs = 100): StreamRecord[] =>
  events.map((event, index) => at(event, START_MS + index * stepMs));

/** A site of which nothing is known yet. */
export function emptySite(rules?: RuleVersions): WorkingSet {
  const set = openWorkingSet(openSite(SITE), rules);
  // Nothing is stored anywhere else, so what the fold carries on is all there is.
  set.office.balances = new Map();
  return set;
}

/** The log behind a set, as far as it was folded here. */
const logs = new WeakMap<WorkingSet, Buffer[]>();

/** Looks up what `missing` names in a store that holds registries and the log and nothing else. */
export function load(set: WorkingSet, records: readonly StreamRecord[]): void {
  for (;;) {
    const wanted = missing(set, records);
    const { lots, runs, visits, shipments, registries } = wanted;
    for (const id of lots) set.lots.set(id, null);
    for (const id of runs) set.runs.set(id, null);
    for (const id of visits) set.visits.set(id, null);
    for (const id of shipments) set.shipments.set(id, null);
    // The set of a test is never emptied, so what it lacks was never stored.
    for (const key of wanted.digestBlocks) set.digestBlocks.set(key, null);
    for (const id of wanted.claims) set.office.claims.set(id, null);
    for (const id of wanted.claimedLots) set.office.claimedLots.add(id);
    for (const id of wanted.exceptions) set.office.exceptions.set(id, null);
    for (const key of wanted.corrections) set.office.corrections.set(key, null);
    for (const id of wanted.lineages) set.office.lineages.add(id);
    for (const index of wanted.originals) {
      const entry = logs.get(set)?.[Number(index)];
      set.office.originals.set(Number(index), entry === undefined ? null : originalOf(entry));
    }
    for (const digest of registries) set.registries.set(digest, registry);
    if (Object.values(wanted).every(({ length }) => length === 0)) return;
  }
}

export function loadAndFold(set: WorkingSet, records: readonly StreamRecord[]): FoldResult {
  load(set, records);
  const result = fold(set, records);
  const log = logs.get(set) ?? [];
  log.push(...result.entries);
  logs.set(set, log);
  return result;
}
