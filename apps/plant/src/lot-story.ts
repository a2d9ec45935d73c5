import { createHash } from 'node:crypto';
import { type DataOf, type DefinitionKey, EVENTS } from '#contracts';
import type { EventMark, LineStations } from '#edge';
import { FIGURES } from './plant-book.js';
import type { Random } from './random.js';
import {
  type LotPlan,
  type OutletState,
  type RunState,
  type Yard,
  compositionOf,
} from './run-state.js';
import { combineMg, weigh } from './scales.js';
import { ELEMENTS, RECIPE } from './steel-world.js';

/** What the stations say of a lot, from its arrival to its dispatch. */

type EventKey = Extract<DefinitionKey, keyof typeof EVENTS>;

function say<Key extends EventKey>(
  yard: Yard,
  station: string,
  key: Key,
  subject: string,
  data: DataOf<Key>,
): EventMark {
  const type = EVENTS[key].type;
  const time = new Date(yard.now()).toISOString();
  return yard.say(`${yard.siteId}.${station}`, { type, subject, data, time });
}

const KILOGRAM_MG = 1_000_000;
const kilograms = (massMg: number): { value: string; unit: string } => ({
  value: String(Math.round(massMg / KILOGRAM_MG)),
  unit: 'KGM',
});

/** A salted commitment to a confidential value; the opening goes to the truth alone. */
function commit(yard: Yard, random: Random, about: string, value: string): string {
  const salt = random.bytes(16);
  yard.truth({ kind: 'opening', about, value, salt: salt.toString('base64url') });
  return createHash('sha256').update(salt).update(value).digest('base64url');
}

/** Gate and weighbridge: the lot is in the yard afterwards. */
export function deliver(yard: Yard, plan: LotPlan, random: Random): void {
  const { visitId, lotId } = plan;
  const commitments = {
    supplier: commit(yard, random, `${visitId}/supplier`, `Supplier ${1 + (random.uint32() % 40)}`),
    plate: commit(yard, random, `${visitId}/plate`, `DU-UM ${1_000 + (random.uint32() % 9_000)}`),
  };
  say(yard, 'gate', 'vehicleArrived', visitId, { visitId, direction: 'inbound', commitments });
  const { low, high } = FIGURES.vehicleTareMg;
  const tareMg = random.between(low, high);
  const dryMg = plan.piecesMg + plan.dustMg;
  const wetMg = dryMg / (1 - plan.moisturePpm / 1_000_000);
  const gross = sayWeighing(yard, random, visitId, 'gross', tareMg + wetMg);
  const noise = FIGURES.moistureUncertaintyPpm.value * random.normal();
  const moisturePpm = Math.max(0, Math.round(plan.moisturePpm + noise));
  say(yard, 'gate', 'inspectionRecorded', visitId, {
    visitId,
    radiation: { verdict: 'clear', nanosievertPerHour: 70 + (random.uint32() % 50) },
    sealedContainers: 0,
    moisturePpm,
    contaminationPpm: null,
  });
  const tare = sayWeighing(yard, random, visitId, 'tare', tareMg);
  const netMg = Math.max(0, gross.massMg - tare.massMg);
  const waterMg = Math.round((netMg / 1_000_000) * moisturePpm);
  const waterUncertainty = (netMg / 1_000_000) * FIGURES.moistureUncertaintyPpm.value;
  say(yard, 'gate', 'deliveryCompleted', visitId, {
    visitId,
    lines: [
      {
        lotId,
        stream: 'steel',
        declaredGrade: 'E40',
        ewc: '191001',
        origin: 'car and appliance shredder',
        massMg: netMg - waterMg,
        uncertaintyMg: combineMg(gross.uncertaintyMg, tare.uncertaintyMg, waterUncertainty),
      },
    ],
    ...(waterMg === 0
      ? {}
      : { deductions: [{ account: 'moisture', massMg: waterMg, reason: 'measured at the gate' }] }),
  });
  yard.truth({ kind: 'lot', ...plan, shares: undefined, dryMg, wetMg });
}

function sayWeighing(
  yard: Yard,
  random: Random,
  visitId: string,
  weighing: 'gross' | 'tare',
  trueMg: number,
): { massMg: number; uncertaintyMg: number } {
  const reading = weigh(random, trueMg, FIGURES.bridgeIntervalMg.value);
  const original = kilograms(reading.massMg);
  const data = { visitId, weighing, scaleId: 'bridge', ...reading, original };
  say(yard, 'bridge', 'weighingRecorded', visitId, data);
  return reading;
}

export function startRun(yard: Yard, line: LineStations, run: RunState): void {
  const { runId, lotId } = run.plan;
  mark(
    run,
    line.line,
    say(yard, stationOf(line.line), 'runStarted', runId, {
      runId,
      lineId: stationOf(line.line),
      recipe: RECIPE.recipe,
      stream: 'steel',
      inputs: [lotId],
      outlets: run.outlets.map(({ outlet, lotId: into }) => ({
        outlet,
        lotId: into,
        targetClass: RECIPE.targetByOutlet[outlet]!,
        ...(outlet === 0 ? { targetGrade: 'E40' } : {}),
      })),
    }),
  );
}

const stationOf = (source: string): string => source.slice(source.indexOf('.') + 1);

/** Notes the last event that a station has said of the run. */
export function mark(run: RunState, source: string, at: EventMark): void {
  run.marks[source] = at;
}

/** The belt scale's reading so far. */
export function meterFeed(yard: Yard, line: LineStations, run: RunState): void {
  const cumulativeMg = Math.max(run.meteredMg, Math.round(run.fedMg * (1 + run.beltError)));
  run.meteredMg = cumulativeMg;
  run.meteredAtMs = yard.now();
  if (cumulativeMg === 0) return;
  const { runId, lotId } = run.plan;
  mark(
    run,
    line.belt,
    say(yard, stationOf(line.belt), 'feedMetered', runId, {
      runId,
      lotId,
      cumulativeMg,
      uncertaintyMg: Math.round((cumulativeMg * FIGURES.beltErrorShare.value) / Math.sqrt(3)),
      method: 'belt-scale',
      scaleId: stationOf(line.belt),
    }),
  );
}

/** Weighs the container of an outlet and puts an empty one in its place. */
export function weighContainer(
  yard: Yard,
  line: LineStations,
  run: RunState,
  outlet: OutletState,
  random: Random,
): void {
  const reading = weigh(random, outlet.unweighedMg, FIGURES.floorIntervalMg.value);
  outlet.unweighedMg = 0;
  outlet.containers++;
  outlet.weighedMg += reading.massMg;
  outlet.uncertaintyMg = combineMg(outlet.uncertaintyMg, reading.uncertaintyMg);
  const { runId } = run.plan;
  mark(
    run,
    line.floor,
    say(yard, 'floor', 'containerWeighed', runId, {
      runId,
      outlet: outlet.outlet,
      containerId: `skip-${stationOf(line.line)}-${outlet.outlet}-${outlet.containers}`,
      scaleId: 'floor',
      ...reading,
      original: kilograms(reading.massMg),
    }),
  );
}

/** The line's last word on the run: what was lost, and how far each station has spoken of it. */
export function closeRun(yard: Yard, line: LineStations, run: RunState, random: Random): void {
  const { plan, marks } = run;
  const share = run.scanned / plan.pieces;
  const uncertaintyShare = FIGURES.dustUncertaintyShare.value;
  const dustMg = Math.round(plan.dustMg * share * (1 + uncertaintyShare * random.normal()));
  say(yard, stationOf(line.line), 'runClosed', plan.runId, {
    runId: plan.runId,
    losses: [
      {
        account: 'dust',
        massMg: Math.max(0, dustMg),
        uncertaintyMg: Math.round(plan.dustMg * share * uncertaintyShare),
        reason: 'filter house',
      },
    ],
    upTo: Object.entries(marks).map(([source, { boot, seq }]) => ({ source, boot, seq })),
  });
  yard.truth({
    kind: 'run',
    runId: plan.runId,
    lotId: plan.lotId,
    pieces: run.scanned,
    fedMg: run.fedMg,
    dustMg: plan.dustMg * share,
    outlets: run.outlets.map((outlet) => ({ ...outlet, ppm: compositionOf(outlet) })),
  });
}

/** Melt sample of the main product. Returns the copper that the laboratory found. */
export function assay(yard: Yard, outlet: OutletState, random: Random): number {
  const composition = compositionOf(outlet);
  const fractions = ELEMENTS.map((analyte) => {
    const truth = composition[analyte] ?? 0;
    const uncertaintyPpm = Math.max(5, Math.round(truth * FIGURES.assayUncertaintyShare.value));
    const ppm = Math.max(0, Math.round(truth + uncertaintyPpm * random.normal()));
    return { analyte, ppm, uncertaintyPpm };
  });
  say(yard, 'lab', 'lotAssayed', outlet.lotId, {
    lotId: outlet.lotId,
    assayId: `assay-${stationOf(outlet.lotId)}`,
    method: 'melt-OES',
    sampleMassMg: Math.min(FIGURES.assaySampleMg.value, outlet.weighedMg),
    fractions,
  });
  return fractions.find(({ analyte }) => analyte === 'Cu')?.ppm ?? 0;
}

/** EU-27 steel scrap specification, E40: residual copper at most 0.250 %. */
const E40_COPPER_PPM = 2_500;

/** All of the run's lots leave: the main product to a mill, the rest to a merchant. */
export function dispatch(yard: Yard, run: RunState, copperPpm: number, random: Random): void {
  const [product, ...others] = run.outlets.filter(({ weighedMg }) => weighedMg > 0);
  const id = stationOf(run.plan.runId).replace('run-', '');
  const send = (name: string, consignee: string, lots: readonly OutletState[]): void => {
    if (lots.length === 0) return;
    const visitId = `${yard.siteId}.visit-${id}-${name}`;
    const shipmentId = `${yard.siteId}.shipment-${id}-${name}`;
    const { low, high } = FIGURES.vehicleTareMg;
    const tareMg = random.between(low, high);
    const loadMg = lots.reduce((sum, lot) => sum + lot.massMg, 0);
    say(yard, 'gate', 'vehicleArrived', visitId, { visitId, direction: 'outbound' });
    sayWeighing(yard, random, visitId, 'tare', tareMg);
    sayWeighing(yard, random, visitId, 'gross', tareMg + loadMg);
    say(yard, 'gate', 'shipmentDispatched', shipmentId, {
      shipmentId,
      visitId,
      consignee,
      lines: lots.map(({ lotId, weighedMg, uncertaintyMg, outlet }) => ({
        lotId,
        massMg: weighedMg,
        uncertaintyMg,
        all: true,
        ...(outlet === 0 && copperPpm <= E40_COPPER_PPM ? { grade: 'E40' } : {}),
      })),
      seals: [`S-${10_000 + (random.uint32() % 90_000)}`],
    });
  };
  send('mill', 'Mill Duisburg', product === undefined ? [] : [product]);
  send('merchant', 'Metal merchant Hamburg', others);
}
