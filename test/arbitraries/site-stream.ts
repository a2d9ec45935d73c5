import { Buffer } from 'node:buffer';
import {
  type DataOf,
  EVENTS,
  type EventAttributes,
  type SiteRegistry,
  encodeRegistry,
  registryDigest,
  siteOf,
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
    /** A ledger speaks in the logs of other sites. */
    private readonly siteid = SITE,
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
        siteid: this.siteid,
        ...(actor === undefined ? {} : { actor }),
      },
      value: Buffer.from(JSON.stringify(data)),
    };
  }
}

const enrolled = (
  source: string,
  kind: SiteRegistry['stations'][number]['kind'],
  lineId?: string,
): SiteRegistry['stations'][number] => ({
  source,
  kind,
  ...(lineId === undefined ? {} : { lineId }),
  publicKey: publicKeyText(stationKey(source)),
  tokenSha256: '00'.repeat(32),
});

/** A site with a station of each kind, and one other site whose ledger may speak to it. */
export const registryOf = (siteId: string, peer: string): SiteRegistry => ({
  siteId,
  version: 1,
  name: 'North yard',
  partition: 0,
  lines: [{ lineId: 'line-1', name: 'Line 1' }],
  stations: [
    enrolled(`${siteId}.registrar`, 'registrar'),
    enrolled(`${siteId}.gate`, 'gate'),
    enrolled(`${siteId}.bridge`, 'weighbridge'),
    enrolled(`${siteId}.line`, 'line', 'line-1'),
    enrolled(`${siteId}.belt`, 'belt-scale', 'line-1'),
    enrolled(`${siteId}.sorter`, 'sensor-sorter', 'line-1'),
    enrolled(`${siteId}.floor`, 'floor-scale', 'line-1'),
    enrolled(`${siteId}.lab`, 'lab'),
    enrolled(`${siteId}.yard`, 'yard'),
    enrolled(`${siteId}.chemist`, 'lab'),
    enrolled(`${siteId}.office`, 'office'),
    enrolled(`${peer}/ledger`, 'peer-ledger'),
  ],
  scales: [
    {
      scaleId: 'bridge-1',
      kind: 'weighbridge',
      accuracyClass: 'III',
      intervalMg: 20,
      maxMg: 60_000,
    },
    { scaleId: 'belt-1', kind: 'belt', accuracyClass: '0.5', intervalMg: 1, maxMg: 60_000 },
    { scaleId: 'floor-1', kind: 'floor', accuracyClass: 'III', intervalMg: 1, maxMg: 3_000 },
  ],
});

export const registry: SiteRegistry = registryOf(SITE, 'south');

export const REGISTRY_DIGEST = registryDigest(encodeRegistry(registry));

/** The first record of every site. */
export const adoption = (
  registrar = new Station('registrar'),
  digest = REGISTRY_DIGEST,
): StationEvent =>
  registrar.say('referenceAdopted', registrar.source, {
    reference: 'sites',
    name: siteOf(registrar.source),
    version: 1,
    digest,
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
export function emptySite(rules?: RuleVersions, siteId = SITE): WorkingSet {
  const set = openWorkingSet(openSite(siteId), rules);
  // Nothing is stored anywhere else, so what the fold carries on is all there is.
  set.office.balances = new Map();
  return set;
}

/** The log behind a set, as far as it was folded here. */
const logs = new WeakMap<WorkingSet, Buffer[]>();

/** Looks up what `missing` names in a store that holds one registry and the log and nothing else. */
export function load(
  set: WorkingSet,
  records: readonly StreamRecord[],
  body: SiteRegistry = registry,
): void {
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
    for (const digest of registries) set.registries.set(digest, body);
    if (Object.values(wanted).every(({ length }) => length === 0)) return;
  }
}

export function loadAndFold(
  set: WorkingSet,
  records: readonly StreamRecord[],
  body: SiteRegistry = registry,
): FoldResult {
  load(set, records, body);
  const result = fold(set, records);
  const log = logs.get(set) ?? [];
  log.push(...result.entries);
  logs.set(set, log);
  return result;
}
