import { type DataOf, EVENTS, type SiteRegistry } from '#contracts';
import { type StreamRecord, decodeRecord } from '#custody';
import { createStationIdentity, lineStations, modelSite, registryOf } from '#edge';
import { beginRun, compositionOf } from './lot-plan.js';
import { FIGURES } from './plant-book.js';
import { Random } from './random.js';
import type { RunState } from './run-state.js';
import type { World } from './world.js';

/** Lots one after another over one sensor of the plant, and nothing of the yard around it. */

const START_MS = Date.parse('2026-11-24T06:00:00.000Z');
const FRAME_PIECES = 250;

export interface SensorDay {
  readonly world: World;
  readonly lineId: string;
  readonly seed: string;
  readonly lots: number;
  /** Of each lot. */
  readonly pieces: number;
  /** What its readings of lot `number`, from 1, are times those of the plant's sensor. */
  readonly factor?: (number: number) => number;
  readonly driftPerMillionPieces?: number;
  /** Whether the product of a lot is assayed. */
  readonly isAssayed?: (number: number) => boolean;
}

export interface LinePlayed {
  readonly registry: SiteRegistry;
  readonly records: readonly StreamRecord[];
  /** With what every outlet really has. */
  readonly runs: readonly RunState[];
}

class Telling {
  readonly records: StreamRecord[] = [];
  readonly #seqs = new Map<string, number>();

  constructor(private readonly siteId: string) {}

  say<Key extends keyof typeof EVENTS>(
    source: string,
    key: Key,
    subject: string,
    data: DataOf<Key>,
  ): void {
    const seq = (this.#seqs.get(source) ?? 0) + 1;
    this.#seqs.set(source, seq);
    const ingestTimeMs = START_MS + this.records.length * 100;
    const time = new Date(ingestTimeMs).toISOString();
    const { type } = EVENTS[key];
    const attributes = { source, boot: 1, seq, type, time, subject, siteid: this.siteId };
    const value = Buffer.from(JSON.stringify(data));
    this.records.push(decodeRecord({ attributes, value, ingestTimeMs }));
  }

  markOf = (source: string): DataOf<'runClosed'>['upTo'][number] => ({
    source,
    boot: 1,
    seq: this.#seqs.get(source)!,
  });
}

export function playLine(day: SensorDay): LinePlayed {
  const { world, lineId, seed, lots, isAssayed = () => true } = day;
  const site = modelSite(1, [world.stream]);
  const keys = new Random('sensor/keys');
  const entries = site.stations.map(
    (plan) => createStationIdentity(plan, (count) => keys.bytes(count)).entry,
  );
  const { siteId } = site;
  const stations = lineStations(siteId, lineId);
  const telling = new Telling(siteId);
  const { line, sorter: source } = stations;
  const { driftPerMillionPieces = 0 } = day;
  const eye = world.openEye({ seed, source, line, driftPerMillionPieces, hasIncidents: true });
  const lab = `${siteId}.lab`;
  telling.say(lab, 'sensorCalibrated', lab, eye.sensor!.calibration('2027-11-24T00:00:00.000Z'));
  const laboratory = new Random(`${seed}/laboratory`);
  const runs: RunState[] = [];
  for (let number = 1; number <= lots; number++) {
    const run = planned(day, siteId, number);
    const { runId } = run.plan;
    telling.say(line, 'runStarted', runId, startOf(world, lineId, run));
    while (run.scanned < run.plan.pieces) scan(telling, source, eye, { day, run });
    weighAndClose(telling, stations, run);
    if (isAssayed(number)) assay(telling, world, run, laboratory);
    runs.push(run);
  }
  return { registry: registryOf(site, entries), records: telling.records, runs };
}

function planned({ world, seed, pieces }: SensorDay, siteId: string, number: number): RunState {
  const plan = {
    lotId: `${siteId}.lot-${number}`,
    visitId: `${siteId}.visit-${number}`,
    runId: `${siteId}.run-${number}`,
    pieces,
    shares: world.drawShares(new Random(`${seed}/lot/${number}`)),
    piecesMg: 1,
    dustMg: 0,
    moisturePpm: 0,
  };
  return beginRun(plan, world, { number, beltError: 0, nowMs: 0 });
}

const startOf = (
  { recipe, stream, outlets }: World,
  lineId: string,
  { plan: { runId, lotId }, outlets: behind }: RunState,
): DataOf<'runStarted'> => ({
  runId,
  lineId,
  recipe,
  stream: stream,
  inputs: [lotId],
  outlets: outlets.map(({ outlet, targetClass }, at) => ({
    outlet,
    lotId: behind[at]!.lotId,
    targetClass,
  })),
});

/** One frame; what its pieces are is not asked, so none is classified. */
function scan(
  telling: Telling,
  source: string,
  eye: ReturnType<World['openEye']>,
  { day, run }: { readonly day: SensorDay; readonly run: RunState },
): void {
  const { seed, factor = () => 1 } = day;
  const masses = new Random(`${seed}/mass/${run.number}/${run.scanned}`);
  const pieces = Math.min(FRAME_PIECES, run.plan.pieces - run.scanned);
  const { key, data } = eye.look(run, masses, { pieces, windowMs: 100 });
  if (key !== 'piecesScanned') throw new Error(`${source} says ${key}`);
  const times = factor(run.number);
  const ppm = Object.fromEntries(
    Object.entries(data.ppm).map(([analyte, column]) => [
      analyte,
      column.map((cell) =>
        cell === null || cell <= 0 ? cell : Math.min(1_000_000, Math.round(cell * times)),
      ),
    ]),
  );
  const none = new Array<number>(pieces).fill(0);
  telling.say(source, 'piecesClassified', run.plan.runId, {
    scan: { ...data, ppm },
    classification: {
      model: 'none-1',
      modelDigest: '00'.repeat(32),
      classes: ['unresolved'],
      flags: [],
      class: none,
      confidencePpm: none,
      flagged: [],
    },
  });
}

function weighAndClose(
  telling: Telling,
  { line, belt, sorter, floor }: ReturnType<typeof lineStations>,
  { plan: { runId, lotId }, fedMg, outlets }: RunState,
): void {
  const interval = FIGURES.floorIntervalMg.value;
  telling.say(belt, 'feedMetered', runId, {
    runId,
    lotId,
    cumulativeMg: Math.round(fedMg),
    uncertaintyMg: interval,
    method: 'belt-scale',
  });
  for (const { outlet, massMg } of outlets) {
    if (massMg < 1) continue;
    telling.say(floor, 'containerWeighed', runId, {
      runId,
      outlet,
      containerId: `skip-${outlet}`,
      scaleId: 'floor',
      massMg: Math.round(massMg),
      uncertaintyMg: interval,
    });
  }
  const upTo = [line, belt, sorter, floor].map(telling.markOf);
  telling.say(line, 'runClosed', runId, { runId, losses: [], upTo });
}

function assay(telling: Telling, world: World, run: RunState, laboratory: Random): void {
  const [product] = run.outlets;
  const truth = compositionOf(world, product!);
  const { lotId } = product!;
  const fractions = world.analytes.map((analyte) => {
    const ppm = truth[analyte]!;
    const uncertaintyPpm = Math.max(5, Math.round(ppm * FIGURES.assayUncertaintyShare.value));
    const found = Math.round(ppm + uncertaintyPpm * laboratory.normal());
    return { analyte, ppm: Math.max(0, Math.min(1_000_000, found)), uncertaintyPpm };
  });
  const { method, sampleMg: sampleMassMg } = world.assay!;
  const lab = `${run.plan.lotId.split('.')[0]!}.lab`;
  telling.say(lab, 'lotAssayed', lotId, {
    lotId,
    assayId: `of-${lotId.split('.')[1]!}`,
    method,
    sampleMassMg,
    fractions,
  });
}
