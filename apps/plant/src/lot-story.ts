import { createHash } from 'node:crypto';
import type { DataOf } from '#contracts';
import type { LineStations } from '#edge';
import { INCIDENTS } from './conditions.js';
import { compositionOf } from './lot-plan.js';
import { FIGURES } from './plant-book.js';
import type { Random } from './random.js';
import type { LotPlan, OutletState, RunState, Yard } from './run-state.js';
import { mark, nameOf, say } from './say.js';
import { combineMg, weigh } from './scales.js';
import type { World } from './world.js';

/** What the stations say of a lot, from its arrival to its dispatch. */

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

/** Gate and weighbridge: the lot is in the yard afterwards. Returns the net mass of the scale. */
export function deliver(yard: Yard, world: World, plan: LotPlan, random: Random): number {
  const { visitId, lotId } = plan;
  const { isDriedByGate, ewc, origin, declaredGrade } = world.delivery;
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
    moisturePpm: isDriedByGate ? moisturePpm : null,
    ...(isDriedByGate ? { moistureUncertaintyPpm: FIGURES.moistureUncertaintyPpm.value } : {}),
    contaminationPpm: null,
  });
  const tare = sayWeighing(yard, random, visitId, 'tare', tareMg);
  const netMg = Math.max(0, gross.massMg - tare.massMg);
  const takenPpm = isDriedByGate ? moisturePpm : 0;
  const waterMg = Math.round((netMg / 1_000_000) * takenPpm);
  const waterUncertainty = isDriedByGate
    ? (netMg / 1_000_000) * FIGURES.moistureUncertaintyPpm.value
    : 0;
  say(yard, 'gate', 'deliveryCompleted', visitId, {
    visitId,
    lines: [
      {
        lotId,
        stream: world.stream,
        declaredGrade,
        ewc,
        origin,
        massMg: netMg - waterMg,
        uncertaintyMg: combineMg(gross.uncertaintyMg, tare.uncertaintyMg, waterUncertainty),
      },
    ],
    ...(waterMg === 0
      ? {}
      : { deductions: [{ account: 'moisture', massMg: waterMg, reason: 'measured at the gate' }] }),
  });
  const { stream } = world;
  yard.truth({ kind: 'lot', stream, ...plan, shares: undefined, dryMg, wetMg });
  return netMg;
}

export function sayWeighing(
  yard: Yard,
  random: Random,
  visitId: string,
  weighing: 'gross' | 'tare',
  trueMg: number,
): { massMg: number; uncertaintyMg: number } {
  const { bridgeBias } = yard.conditions;
  const reading = weigh(random, trueMg, FIGURES.bridgeIntervalMg.value, bridgeBias);
  const original = kilograms(reading.massMg);
  const data = { visitId, weighing, scaleId: 'bridge', ...reading, original };
  say(yard, 'bridge', 'weighingRecorded', visitId, data);
  return reading;
}

export function startRun(yard: Yard, world: World, line: LineStations, run: RunState): void {
  const { runId, lotId } = run.plan;
  const lineId = nameOf(line.line);
  const at = say(yard, lineId, 'runStarted', runId, {
    runId,
    lineId,
    recipe: world.recipe,
    stream: world.stream,
    inputs: [lotId],
    outlets: world.outlets.map(({ outlet, targetClass, targetGrade }) => ({
      outlet,
      lotId: run.outlets.find((state) => state.outlet === outlet)!.lotId,
      targetClass,
      ...(targetGrade === undefined ? {} : { targetGrade }),
    })),
  });
  mark(run, line.line, at);
}

/** The belt scale's reading so far. */
export function meterFeed(yard: Yard, line: LineStations, run: RunState): void {
  const cumulativeMg = Math.max(
    run.meteredMg,
    Math.round(run.fedMg * (1 + run.beltError + yard.conditions.beltBias)),
  );
  run.meteredMg = cumulativeMg;
  run.meteredAtMs = yard.now();
  if (cumulativeMg === 0) return;
  const { runId, lotId } = run.plan;
  mark(
    run,
    line.belt,
    say(yard, nameOf(line.belt), 'feedMetered', runId, {
      runId,
      lotId,
      cumulativeMg,
      uncertaintyMg: Math.round((cumulativeMg * FIGURES.beltErrorShare.value) / Math.sqrt(3)),
      method: 'belt-scale',
      scaleId: nameOf(line.belt),
    }),
  );
}

/** Weighs the container of an outlet and puts an empty one in its place. */
export function weighContainer(
  yard: Yard,
  world: World,
  line: LineStations,
  given: { readonly run: RunState; readonly outlet: OutletState; readonly random: Random },
): void {
  const { run, outlet, random } = given;
  const { scaleId, intervalMg } = world.floor;
  const reading = weigh(random, outlet.unweighedMg, intervalMg, yard.conditions.floorBias);
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
      containerId: `skip-${nameOf(line.line)}-${outlet.outlet}-${outlet.containers}`,
      scaleId,
      ...reading,
      original: kilograms(reading.massMg),
    }),
  );
}

/** The line's last word on the run: what was lost, and how far each station has spoken of it. */
export function closeRun(
  yard: Yard,
  world: World,
  line: LineStations,
  run: RunState,
  random: Random,
): void {
  const { plan, marks } = run;
  const share = run.scanned / plan.pieces;
  const uncertaintyShare = FIGURES.dustUncertaintyShare.value;
  const dustMg = Math.round(plan.dustMg * share * (1 + uncertaintyShare * random.normal()));
  say(yard, nameOf(line.line), 'runClosed', plan.runId, {
    runId: plan.runId,
    losses: [
      {
        account: 'dust',
        massMg: Math.max(0, dustMg),
        uncertaintyMg: Math.round(plan.dustMg * share * uncertaintyShare),
        reason: world.dust,
      },
      ...pickedOut(run, random),
    ],
    upTo: Object.entries(marks).map(([source, { boot, seq }]) => ({ source, boot, seq })),
  });
  yard.truth({
    kind: 'run',
    stream: world.stream,
    runId: plan.runId,
    lotId: plan.lotId,
    pieces: run.scanned,
    fedMg: run.fedMg,
    dustMg: plan.dustMg * share,
    pickedMg: run.pickedMg,
    outlets: run.outlets.map((outlet) => ({ ...outlet, ppm: compositionOf(world, outlet) })),
  });
}

/** Batteries that were picked out of the containers: hazardous, and in no lot of the run. */
function pickedOut(run: RunState, random: Random): DataOf<'runClosed'>['losses'] {
  if (run.pickedMg === 0) return [];
  const share = INCIDENTS.hazardUncertaintyShare.value;
  return [
    {
      account: 'hazardous',
      massMg: Math.max(0, Math.round(run.pickedMg * (1 + share * random.normal()))),
      uncertaintyMg: Math.round(run.pickedMg * share),
      reason: 'batteries picked out by hand',
    },
  ];
}

interface Sampled {
  readonly lotId: string;
  readonly weighedMg: number;
  /** True shares, ppm by analyte. */
  readonly truePpm: Readonly<Record<string, number>>;
}

/** Sample of a lot, if any is taken. Returns what the laboratory found, ppm by analyte. */
export function assay(
  yard: Yard,
  world: World,
  lot: Sampled,
  random: Random,
): Readonly<Record<string, number>> {
  if (world.assay === undefined) return {};
  const { method, sampleMg } = world.assay;
  const fractions = world.analytes.map((analyte) => {
    const truth = lot.truePpm[analyte] ?? 0;
    const uncertaintyPpm = Math.max(5, Math.round(truth * FIGURES.assayUncertaintyShare.value));
    const ppm = Math.max(0, Math.round(truth + uncertaintyPpm * random.normal()));
    return { analyte, ppm: Math.min(ppm, 1_000_000), uncertaintyPpm };
  });
  say(yard, 'lab', 'lotAssayed', lot.lotId, {
    lotId: lot.lotId,
    assayId: `assay-${nameOf(lot.lotId)}`,
    method,
    sampleMassMg: Math.min(sampleMg, lot.weighedMg),
    fractions,
  });
  return Object.fromEntries(fractions.map(({ analyte, ppm }) => [analyte, ppm]));
}
