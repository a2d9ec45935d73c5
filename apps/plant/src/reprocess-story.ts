import type { DataOf } from '#contracts';
import { MODEL_LINES, type EventMark, type LineStations } from '#edge';
import type { Load } from './dispatch-story.js';
import { type Dissolved, dissolve } from './dissolving.js';
import { assay } from './lot-story.js';
import { DISSOLUTION as FIGURES } from './plant-book.js';
import type { Random } from './random.js';
import type { RunState, Yard } from './run-state.js';
import { nameOf, say } from './say.js';
import { type Reading, weigh } from './scales.js';
import type { World } from './world.js';
import { meterMoisture } from './yard-story.js';

/** Garments of a sorted lot become fibre: what the reactor, the floor scale and the lab say of it. */

/** A charge in the reactor; the story that a plant tells of it ends when the plant does. */
export interface Charge {
  readonly runId: string;
  readonly truth: Dissolved;
  readonly fibreLotId: string;
  readonly residueLotId: string;
  readonly marks: Map<string, EventMark>;
  fibre: Reading;
  residue: Reading;
}

/** The reactor takes the load in and meters what it takes. */
export function startCharge(
  yard: Yard,
  world: World,
  line: LineStations,
  given: { readonly run: RunState; readonly load: Load; readonly random: Random },
): Charge {
  const { run, load, random } = given;
  const plan = world.dissolution!;
  const truth = dissolve(plan, load, random);
  const runId = `${run.plan.runId}-dissolving`;
  const none = { massMg: 0, uncertaintyMg: 0 };
  const charge: Charge = {
    runId,
    truth,
    fibreLotId: `${run.plan.lotId}-fibre`,
    residueLotId: `${run.plan.lotId}-undissolved`,
    marks: new Map(),
    fibre: none,
    residue: none,
  };
  const reactor = nameOf(line.reactor!);
  const { lineId } = MODEL_LINES.find((model) => model.lineId === nameOf(line.line))!.reactor!;
  say(yard, reactor, 'runStarted', runId, {
    runId,
    lineId,
    recipe: plan.recipe,
    stream: world.stream,
    process: 'dissolution',
    inputs: [load.lotId],
    outlets: [
      {
        outlet: 0,
        lotId: charge.fibreLotId,
        targetClass: plan.fibre,
        targetGrade: plan.targetGrade,
        role: 'product',
      },
      { outlet: 1, lotId: charge.residueLotId, targetClass: 'undissolved', role: 'residue' },
    ],
  });
  const fed = weigh(random, truth.fedMg, world.floor.intervalMg);
  const { massMg: cumulativeMg, uncertaintyMg } = fed;
  const feed = { runId, lotId: load.lotId, cumulativeMg, uncertaintyMg, method: 'loader' } as const;
  say(yard, reactor, 'feedMetered', runId, feed);
  for (const [meterId, metered, uncertaintyPpm] of readMeters(truth, random)) {
    const reading = { runId, meterId, metered, uncertaintyPpm };
    charge.marks.set(line.reactor!, say(yard, reactor, 'processMetered', runId, reading));
  }
  return charge;
}

type Metered = DataOf<'processMetered'>['metered'];

/** Each meter errs by itself, as its uncertainty says. */
function* readMeters(
  truth: Dissolved,
  random: Random,
): Iterable<readonly [meterId: string, metered: Metered, uncertaintyPpm: number]> {
  const read = (amount: number, { value: ppm }: { readonly value: number }): number =>
    Math.max(0, Math.round(amount * (1 + (ppm / 1_000_000) * random.normal())));
  const { energyMeterPpm, waterMeterPpm, dosingMeterPpm, timeSheetPpm } = FIGURES;
  for (const [carrier, wattHours] of [
    ['electricity', truth.electricityWh],
    ['steam', truth.steamWh],
  ] as const) {
    const cumulativeWh = read(wattHours, energyMeterPpm);
    yield [carrier, { kind: 'energy', carrier, cumulativeWh }, energyMeterPpm.value];
  }
  for (const [flow, massMg] of [
    ['drawn', truth.waterDrawnMg],
    ['reused', truth.waterReusedMg],
  ] as const) {
    const cumulativeMg = read(massMg, waterMeterPpm);
    yield [`water-${flow}`, { kind: 'water', flow, cumulativeMg }, waterMeterPpm.value];
  }
  for (const [flow, massMg] of [
    ['taken', truth.solventTakenMg],
    ['recovered', truth.solventRecoveredMg],
  ] as const) {
    const cumulativeMg = read(massMg, dosingMeterPpm);
    const metered = { kind: 'reagent', substance: SOLVENT, flow, cumulativeMg } as const;
    yield [`solvent-${flow}`, metered, dosingMeterPpm.value];
  }
  const cumulativeSeconds = read(truth.labourSeconds, timeSheetPpm);
  yield ['time-sheet', { kind: 'labour', cumulativeSeconds }, timeSheetPpm.value];
}

export const SOLVENT = 'n-methylmorpholine-oxide';

/** What came out goes over the floor scale. */
export function weighCharge(
  yard: Yard,
  world: World,
  line: LineStations,
  { charge, random }: { readonly charge: Charge; readonly random: Random },
): void {
  const { scaleId, intervalMg } = world.floor;
  const { runId, truth, marks } = charge;
  const masses = [truth.fibreMg, truth.residueMg];
  const [fibre, residue] = masses.map((massMg, outlet) => {
    const reading = weigh(random, massMg, intervalMg, yard.conditions.floorBias);
    const at = say(yard, nameOf(line.floor), 'containerWeighed', runId, {
      runId,
      outlet,
      containerId: `bale-${nameOf(runId)}-${outlet}`,
      ...reading,
      scaleId,
    });
    marks.set(line.floor, at);
    return reading;
  }) as [Reading, Reading];
  charge.fibre = fibre;
  charge.residue = residue;
}

/** The charge is over: what dried off, and what samples of the bath say stayed in it. */
export function closeCharge(yard: Yard, line: LineStations, charge: Charge, random: Random): void {
  const { runId, truth, marks } = charge;
  const share = FIGURES.lossUncertaintyShare.value;
  const loss = (account: 'moisture' | 'residue', massMg: number, reason: string) => ({
    account,
    massMg: Math.max(0, Math.round(massMg * (1 + share * random.normal()))),
    uncertaintyMg: Math.round(massMg * share),
    reason,
  });
  say(yard, nameOf(line.reactor!), 'runClosed', runId, {
    runId,
    losses: [
      loss('moisture', truth.driedMg, 'dried off'),
      loss('residue', truth.lostMg, 'broken down or left in the bath'),
    ],
    upTo: [...marks].map(([source, { boot, seq }]) => ({ source, boot, seq })),
  });
  yard.truth({ kind: 'charge', runId, ...truth });
}

/** The laboratory looks at the fibre; returns what is to leave. */
export function finishCharge(
  yard: Yard,
  world: World,
  charge: Charge,
  random: Random,
): readonly Load[] {
  const { truth, fibreLotId, residueLotId, fibre, residue } = charge;
  const lot = { lotId: fibreLotId, weighedMg: fibre.massMg, truePpm: truth.fibrePpm };
  if (fibre.massMg > 0) {
    assay(yard, world, lot, random);
    meterMoisture(yard, fibreLotId, truth.fibreWaterPpm, random);
  }
  const loads: Load[] = [
    {
      ...lot,
      massMg: truth.fibreMg,
      uncertaintyMg: fibre.uncertaintyMg,
      to: 'made',
      grade: world.dissolution!.targetGrade,
    },
    {
      lotId: residueLotId,
      massMg: truth.residueMg,
      weighedMg: residue.massMg,
      uncertaintyMg: residue.uncertaintyMg,
      truePpm: {},
      to: 'rest',
    },
  ];
  return loads.filter(({ weighedMg }) => weighedMg > 0);
}
