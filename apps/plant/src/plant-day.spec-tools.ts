import {
  type DataOf,
  EVENTS,
  type EventAttributes,
  type MaterialStream,
  type SiteRegistry,
  type TypedData,
  decodeBody,
  definitionOf,
  encodeRegistry,
  maySend,
  parseJson,
  registryDigest,
} from '#contracts';
import {
  type StreamRecord,
  type WorkingSet,
  decodeRecord,
  fold,
  missing,
  openSite,
  openWorkingSet,
} from '#custody';
import { MODEL_LINES, createStationIdentity, lineStations, modelSite, registryOf } from '#edge';
import { classifyFrame, isDeviceFrame, pieceModel, recogniseFrame } from '#materials';
import { classificationOf } from '../../../test/truth/classification.js';
import { conditionsOf } from './conditions.js';
import type { Dissolved } from './dissolving.js';
import { Random } from './random.js';
import type { OutletState, Yard } from './run-state.js';
import { SortingLine } from './sorting-line.js';
import { worldOf } from './worlds.js';

const START_MS = Date.parse('2026-11-24T06:00:00.000Z');
const TICK_MS = 100;

export interface SaidEvent {
  readonly attributes: EventAttributes;
  readonly typed: TypedData;
  readonly value: Buffer;
  readonly saidAtMs: number;
}

interface TruthOfRun {
  readonly kind: 'run';
  readonly stream: MaterialStream;
  readonly runId: string;
  readonly pieces: number;
  readonly fedMg: number;
  readonly dustMg: number;
  readonly pickedMg: number;
  readonly outlets: readonly (OutletState & { readonly ppm: Record<string, number> })[];
}

interface TruthOfLot {
  readonly kind: 'lot';
  readonly lotId: string;
  readonly moisturePpm: number;
  readonly dryMg: number;
}

interface TruthOfRecovery {
  readonly kind: 'recovery';
  readonly shipmentId: string;
  readonly elements: readonly {
    readonly element: string;
    readonly containedMg: number;
    readonly trueMg: number;
  }[];
}

export interface PlantDay {
  readonly registry: SiteRegistry;
  readonly events: readonly SaidEvent[];
  readonly runs: readonly TruthOfRun[];
  readonly lots: readonly TruthOfLot[];
  readonly recoveries: readonly TruthOfRecovery[];
  readonly charges: readonly (Dissolved & { readonly runId: string })[];
}

/** Plays so many lots on every line of the streams; throws when a station says what it may not. */
export function playDay(asked: {
  readonly streams: readonly MaterialStream[];
  readonly seed: string;
  readonly lots: number;
  /** Pieces a second of a steel line. */
  readonly rate: number;
}): PlantDay {
  const { streams, seed, lots, rate } = asked;
  const site = modelSite(1, streams);
  const keys = new Random(`${seed}/keys`);
  const entries = site.stations.map(
    (plan) => createStationIdentity(plan, (count) => keys.bytes(count)).entry,
  );
  const kinds = new Map(site.stations.map(({ source, kind }) => [source, kind]));
  const events: SaidEvent[] = [];
  const truth: object[] = [];
  const seqs = new Map<string, number>();
  let nowMs = START_MS;
  const yard: Yard = {
    siteId: site.siteId,
    seed,
    conditions: conditionsOf(seed),
    stamp: '20261124',
    now: () => nowMs,
    say: (source, { type, subject, data, time = new Date(nowMs).toISOString(), actor }) => {
      const kind = kinds.get(source);
      const definition = definitionOf(type);
      if (kind === undefined || definition === undefined || !maySend(kind, definition)) {
        throw new Error(`${source} may not say ${type}`);
      }
      const seq = (seqs.get(source) ?? 0) + 1;
      seqs.set(source, seq);
      const value = Buffer.from(JSON.stringify(data));
      if (value.length > definition.dataBytesMax) throw new Error(`${type}: ${value.length} bytes`);
      const named = actor === undefined ? {} : { actor };
      const base = { source, boot: 1, seq, type, time, subject, siteid: site.siteId };
      const typed = decodeBody(type, parseJson(value));
      events.push({ attributes: { ...base, ...named }, typed, value, saidAtMs: nowMs });
      return { boot: 1, seq };
    },
    truth: (record) => truth.push(record),
  };
  const lines = MODEL_LINES.filter(({ stream }) => streams.includes(stream)).map((model) => {
    const world = worldOf(model);
    const own = rate * world.figures.rateWeight.value;
    const options = { rate: own, framePieces: 256, lots };
    const line = new SortingLine(yard, world, lineStations(site.siteId, model.lineId), options);
    line.calibrate();
    return { line, own, credit: 0 };
  });
  for (; !lines.every(({ line }) => line.isDone); nowMs += TICK_MS) {
    for (const driven of lines) {
      driven.credit = Math.min(driven.own, driven.credit + (driven.own * TICK_MS) / 1_000);
      driven.credit -= driven.line.tick(Math.floor(driven.credit), TICK_MS);
    }
  }
  return { registry: registryOf(site, entries), events, ...truthsOf(truth) };
}

function truthsOf(truth: readonly object[]): Omit<PlantDay, 'registry' | 'events'> {
  const of = <Record>(kind: string): Record[] =>
    truth.filter((record) => (record as { kind: string }).kind === kind) as Record[];
  const [runs, lots] = [of<TruthOfRun>('run'), of<TruthOfLot>('lot')];
  return { runs, lots, recoveries: of('recovery'), charges: of('charge') };
}

function adoption(registry: SiteRegistry): StreamRecord {
  const { siteId } = registry;
  const source = `${siteId}.registrar`;
  const { type } = EVENTS.referenceAdopted;
  const time = '2026-11-24T05:59:00.000Z';
  const attributes = { source, boot: 1, seq: 1, type, time, subject: source, siteid: siteId };
  const digest = registryDigest(encodeRegistry(registry));
  const value = JSON.stringify({ reference: 'sites', name: siteId, version: 1, digest });
  return decodeRecord({ attributes, value: Buffer.from(value), ingestTimeMs: START_MS });
}

/** The record that the classifier makes of an event. */
export function recordOf(event: {
  readonly attributes: EventAttributes;
  readonly typed: TypedData;
  readonly value: Buffer;
  readonly ingestTimeMs: number;
}): StreamRecord {
  const { attributes, typed, value, ingestTimeMs } = event;
  if (typed.key !== 'piecesScanned') return decodeRecord({ attributes, value, ingestTimeMs });
  const classification = isDeviceFrame(typed.data)
    ? recogniseFrame(typed.data)
    : classified(typed.data);
  const frame: EventAttributes = { ...attributes, type: EVENTS.piecesClassified.type };
  const said = Buffer.from(JSON.stringify({ scan: typed.data, classification }));
  return decodeRecord({ attributes: frame, value: said, ingestTimeMs });
}

function classified(scan: DataOf<'piecesScanned'>): ReturnType<typeof classificationOf> {
  const model = pieceModel(scan.sensorModel, scan.recipe);
  return classificationOf(model, classifyFrame(scan, model));
}

/** The books of a ledger that met the records after the registry. */
export function foldDay(
  registry: SiteRegistry,
  said: readonly StreamRecord[],
): { readonly set: WorkingSet; readonly result: ReturnType<typeof fold> } {
  const records = [adoption(registry), ...said];
  const set = openWorkingSet(openSite(registry.siteId));
  for (;;) {
    const wanted = missing(set, records);
    for (const id of wanted.lots) set.lots.set(id, null);
    for (const id of wanted.runs) set.runs.set(id, null);
    for (const id of wanted.visits) set.visits.set(id, null);
    for (const id of wanted.shipments) set.shipments.set(id, null);
    for (const digest of wanted.registries) set.registries.set(digest, registry);
    if (Object.values(wanted).every(({ length }: readonly string[]) => length === 0)) break;
  }
  return { set, result: fold(set, records) };
}
