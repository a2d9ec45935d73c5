import { INCIDENTS } from './conditions.js';
import type { Load } from './dispatch-story.js';
import { compositionOf } from './lot-plan.js';
import { FIGURES } from './plant-book.js';
import type { Random } from './random.js';
import type { OutletState, RunState, Yard } from './run-state.js';
import { nameOf, say } from './say.js';
import type { World } from './world.js';

/** What the yard and the laboratory do with lots between their run and their way out. */

/** Pseudonyms: who sets a lot apart never lets it go. */
const WATCH = { station: 'yard', actor: 'p-21' } as const;
const CHEMIST = { station: 'lab', actor: 'p-34' } as const;

const COUNT_UNCERTAINTY = INCIDENTS.countUncertaintyShare.value;

/** The kinds of work that come up in turn, lot by lot of a line. */
const WORK = ['none', 'split', 'blend', 'check-and-pile'] as const;
export type YardWork = (typeof WORK)[number];

/** What the yard does with what run `number` (from 1) of a line made. */
export const workOf = (yard: Yard, run: RunState): YardWork =>
  yard.conditions.hasIncidents ? WORK[(run.number - 1) % WORK.length]! : 'none';

/** Loads that may be put together. */
const othersOf = (world: World, loads: readonly Load[]): readonly Load[] =>
  world.staysApart === true ? [] : loads.filter(({ to }) => to === 'rest');

const asLoad = (world: World, lot: OutletState, to: Load['to'], grade?: string): Load => ({
  lotId: lot.lotId,
  truePpm: compositionOf(world, lot),
  massMg: lot.massMg,
  weighedMg: lot.weighedMg,
  uncertaintyMg: lot.uncertaintyMg,
  to,
  grade,
});

/** Lots of the run with what goes where; the first outlet is the product. */
export function loadsOf(world: World, run: RunState, grade: string | undefined): Load[] {
  const full = run.outlets.filter(({ weighedMg }) => weighedMg > 0);
  const isHazard = ({ outlet }: OutletState): boolean =>
    world.outlets.find((plan) => plan.outlet === outlet)?.isHazardous === true;
  const [product] = full.filter((lot) => !isHazard(lot));
  return full.map((lot) => {
    if (isHazard(lot)) return asLoad(world, lot, 'hazards');
    if (lot !== product) return asLoad(world, lot, 'rest');
    return asLoad(world, lot, 'product', lot === run.outlets[0] ? grade : undefined);
  });
}

/** Lots that must not leave until somebody else has looked, and why. */
export function setApart(yard: Yard, world: World, run: RunState): readonly string[] {
  const apart: string[] = [];
  for (const lot of run.outlets) {
    const plan = world.outlets.find(({ outlet }) => outlet === lot.outlet)!;
    const reason = run.pickedFrom.includes(lot.outlet)
      ? 'battery-seen'
      : plan.isHazardous === true
        ? 'hazardous-components'
        : workOf(yard, run) === 'check-and-pile' && lot === run.outlets[0]
          ? 'oil-found'
          : undefined;
    if (reason === undefined || lot.weighedMg === 0) continue;
    say(yard, WATCH, 'lotQuarantined', lot.lotId, { lotId: lot.lotId, reason });
    apart.push(lot.lotId);
  }
  return apart;
}

/** A second person lets the lots go on what they found. */
export function release(yard: Yard, lotIds: readonly string[]): void {
  for (const lotId of lotIds) {
    say(yard, CHEMIST, 'lotReleased', lotId, {
      lotId,
      reason: 'inspected',
      evidence: `inspection report ${nameOf(lotId)}`,
    });
  }
}

/** Splits, blends or piles up what the run made; returns what is to leave now. */
export function workUp(
  yard: Yard,
  world: World,
  run: RunState,
  loads: readonly Load[],
  random: Random,
): readonly Load[] {
  const others = othersOf(world, loads);
  switch (workOf(yard, run)) {
    case 'none':
      return loads;
    case 'split':
      return loads.flatMap((load) => (load.to === 'product' ? split(yard, world, load) : [load]));
    case 'blend':
      if (others.length < 2) return loads;
      return [...loads.filter(({ to }) => to !== 'rest'), blend(yard, world, run, others)];
    case 'check-and-pile':
      if (others.length < 2) return loads;
      return [...loads.filter(({ to }) => to !== 'rest'), pileUp(yard, world, run, others, random)];
  }
}

/** Begins like `workUp`: puts the lots onto a pile, which `workUp` counts. */
export function heap(yard: Yard, world: World, run: RunState, loads: readonly Load[]): void {
  const others = othersOf(world, loads);
  if (workOf(yard, run) !== 'check-and-pile' || others.length < 2) return;
  for (const { lotId, weighedMg, uncertaintyMg } of others) {
    say(yard, 'yard', 'lotMoved', lotId, {
      lotId,
      place: placeOf(run),
      onto: {
        lotId: pileOf(run),
        stream: world.stream,
        materialClass: 'mixed',
        massMg: weighedMg,
        uncertaintyMg,
        all: true,
      },
    });
  }
}

const placeOf = (run: RunState): string => `bay-${1 + (run.number % 9)}`;
const pileOf = (run: RunState): string => `${run.plan.lotId}-pile`;

function split(yard: Yard, world: World, load: Load): Load[] {
  const halfMg = Math.floor(load.weighedMg / 2);
  const uncertaintyMg = Math.ceil(load.uncertaintyMg / Math.SQRT2);
  const parts = [halfMg, load.weighedMg - halfMg].map((massMg, at) => ({
    lotId: `${load.lotId}-${'ab'[at]!}`,
    massMg,
  }));
  const materialClass = world.outlets[0]!.targetClass;
  const { stream } = world;
  say(yard, 'yard', 'lotSplit', load.lotId, {
    lotId: load.lotId,
    parts: parts.map((part) => ({ ...part, stream, materialClass, uncertaintyMg })),
    all: true,
  });
  return parts.map(({ lotId, massMg }) => ({
    ...load,
    lotId,
    massMg: (load.massMg * massMg) / load.weighedMg,
    weighedMg: massMg,
    uncertaintyMg,
  }));
}

function together(lotId: string, loads: readonly Load[]): Load {
  return {
    lotId,
    massMg: loads.reduce((sum, { massMg }) => sum + massMg, 0),
    weighedMg: loads.reduce((sum, { weighedMg }) => sum + weighedMg, 0),
    uncertaintyMg: Math.ceil(Math.hypot(...loads.map((load) => load.uncertaintyMg))),
    truePpm: meanPpm(loads),
    to: 'rest',
  };
}

function meanPpm(loads: readonly Load[]): Load['truePpm'] {
  const massMg = loads.reduce((sum, load) => sum + load.massMg, 0);
  const mean = (analyte: string): number =>
    loads.reduce((sum, load) => sum + load.massMg * (load.truePpm[analyte] ?? 0), 0) / massMg;
  const analytes = Object.keys(loads[0]!.truePpm);
  return Object.fromEntries(analytes.map((analyte) => [analyte, mean(analyte)]));
}

function blend(yard: Yard, world: World, run: RunState, loads: readonly Load[]): Load {
  const lotId = `${run.plan.lotId}-blend`;
  say(yard, 'yard', 'lotsBlended', lotId, {
    output: { lotId, stream: world.stream, materialClass: 'mixed', place: placeOf(run) },
    inputs: loads.map(({ lotId: from, weighedMg: massMg, uncertaintyMg }) => ({
      lotId: from,
      massMg,
      uncertaintyMg,
      all: true,
    })),
  });
  return together(lotId, loads);
}

/** Counts the pile: what is found goes on as a new lot, the difference is the pile's. */
function pileUp(
  yard: Yard,
  world: World,
  run: RunState,
  loads: readonly Load[],
  random: Random,
): Load {
  const pile = together(`${run.plan.lotId}-counted`, loads);
  const counted = Math.round(pile.massMg * (1 + COUNT_UNCERTAINTY * random.normal()));
  const uncertaintyMg = Math.round(pile.massMg * COUNT_UNCERTAINTY);
  const lotId = pileOf(run);
  say(yard, 'yard', 'stockCounted', lotId, {
    lotId,
    massMg: Math.max(1, counted),
    uncertaintyMg,
    method: 'loader-scale',
    into: { lotId: pile.lotId, stream: world.stream, materialClass: 'mixed' },
  });
  return { ...pile, weighedMg: Math.max(1, counted), uncertaintyMg };
}

/** The laboratory dries what came wet: the water leaves the lot, and what stays is said. */
export function dry(
  yard: Yard,
  world: World,
  lot: { readonly lotId: string; readonly netMg: number; readonly moisturePpm: number },
  random: Random,
): void {
  const { restWaterPpm } = world.delivery;
  if (restWaterPpm === undefined) return;
  const { lotId, netMg } = lot;
  const uncertaintyPpm = FIGURES.moistureUncertaintyPpm.value;
  const noise = uncertaintyPpm * random.normal();
  const taken = Math.max(0, Math.round(lot.moisturePpm + noise));
  const before = taken + Math.round(restWaterPpm * (1 - taken / 1_000_000));
  say(yard, 'lab', 'lotConditioned', lotId, {
    lotId,
    changeMg: -Math.round((netMg / 1_000_000) * taken),
    uncertaintyMg: Math.round((netMg / 1_000_000) * uncertaintyPpm),
    method: 'oven',
    basis: 'wet',
    moisturePpm: { before, after: restWaterPpm, uncertaintyPpm },
  });
}

/** What water a lot holds, so that its commercial mass can be told; undefined: it is no matter. */
export function meterMoisture(
  yard: Yard,
  lotId: string,
  waterPpm: number | undefined,
  random: Random,
): void {
  if (waterPpm === undefined) return;
  const uncertaintyPpm = FIGURES.moistureUncertaintyPpm.value;
  const noise = uncertaintyPpm * random.normal();
  say(yard, 'lab', 'lotConditioned', lotId, {
    lotId,
    changeMg: 0,
    uncertaintyMg: 0,
    method: 'moisture-meter',
    basis: 'wet',
    moisturePpm: { before: null, after: Math.round(waterPpm + noise), uncertaintyPpm },
  });
}
