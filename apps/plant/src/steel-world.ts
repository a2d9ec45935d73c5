import { RECIPES, STEEL_CLASSES } from '#materials';
import { ClassSampler } from './class-sampler.js';
import { INCIDENTS } from './conditions.js';
import { FIGURES } from './plant-book.js';
import type { Random } from './random.js';
import type { ClassShares } from './run-state.js';
import { BeltEye, type Piece, type PieceWorld } from './scan-frame.js';
import { type World, drawClass, drawMass, sortPiece } from './world.js';

/** The truth about steel scrap: what only the plant knows and only tests may read. */

const RECIPE = RECIPES.recipes.find(({ recipe }) => recipe === 'steel-shred-1')!;

/** Classes in the order of the composition book; pieces name them by index. */
const CLASSES = STEEL_CLASSES.classes;

/** Elements that truth and readings are about. */
export const ELEMENTS = ['Mn', 'Cr', 'Ni', 'Mo', 'Cu', 'Sn', 'Zn'] as const;
export const COPPER = ELEMENTS.indexOf('Cu');

/** Outlets that the line has; the rest of the recipe's classes fall through to the first. */
const OUTLETS = [0, 1, 2, 3, 7] as const;

/** Outlet by class index. */
const OUTLET_OF: readonly number[] = CLASSES.map(({ class: name }) => {
  if (name.startsWith('stainless')) return RECIPE.targetByOutlet.indexOf('stainless-austenitic');
  const outlet = RECIPE.targetByOutlet.indexOf(name);
  return (OUTLETS as readonly number[]).includes(outlet) ? outlet : 0;
});

export const outletOf = (classIndex: number): number => OUTLET_OF[classIndex]!;

const SAMPLER = new ClassSampler(CLASSES, ELEMENTS, 900_000);

const COPPER_CLASS = CLASSES.findIndex(({ class: name }) => name === 'copper-bearing');
const meanCopper = (classIndex: number): number =>
  CLASSES[classIndex]!.composition['Cu']?.meanPpm ?? 0;

/**
 * Shares of a lot whose expected copper is `copperPpm`: the recipe's priors, each off by chance,
 * and as many copper-bearing pieces as the copper asks for. Most pieces have next to none.
 */
export function drawShares(random: Random, copperPpm: number): ClassShares {
  const shares = CLASSES.map(({ class: name }, index) =>
    index === COPPER_CLASS
      ? 0
      : (RECIPE.priorsPpm[name] ?? 0) * Math.exp(FIGURES.lotShareDeviation.value * random.normal()),
  );
  const sum = shares.reduce((total, share) => total + share, 0);
  const elsewhere = shares.reduce((total, share, at) => total + (share / sum) * meanCopper(at), 0);
  const rich = Math.max(0.001, (copperPpm - elsewhere) / (meanCopper(COPPER_CLASS) - elsewhere));
  let upTo = 0;
  return shares.map((share, at) => {
    upTo += at === COPPER_CLASS ? rich : (share / sum) * (1 - rich);
    return upTo;
  });
}

export const drawCopperPpm = (random: Random): number => {
  const { low, mode, high } = FIGURES.lotCopperPpm;
  return random.triangular(low, mode, high);
};

/** Fills `ppm` with a composition of the class: true shares, ppm by mass. */
export const drawComposition = (random: Random, classIndex: number, ppm: Float64Array): void => {
  SAMPLER.draw(random, classIndex, ppm);
};

/** A winding within a steel shell: the sensor goes on seeing the shell. */
function spoil(rare: Random, piece: Piece): void {
  const { meatballsPerMillion, meatballCopperPpm } = INCIDENTS;
  if (!rare.chance(meatballsPerMillion.value / 1_000_000)) return;
  const copper = rare.between(meatballCopperPpm.low, meatballCopperPpm.high);
  const left = (1_000_000 - copper) / 1_000_000;
  for (let at = 0; at < ELEMENTS.length; at++) piece.truePpm[at]! *= left;
  piece.truePpm[COPPER]! += copper;
  piece.classIndex = COPPER_CLASS;
}

const drawMassMg = (random: Random): number =>
  drawMass(random, FIGURES.pieceMassMedianMg.value, FIGURES.pieceMassLogDeviation.value);

const PIECES: PieceWorld = {
  recipe: RECIPE.recipe,
  analytes: ELEMENTS,
  sensorModel: 'xrf-belt-1',
  seen: ELEMENTS,
  massMethod: 'volume-model',
  massReadingPpm: FIGURES.pieceMassReadingPpm.value,
  hasBatteries: true,
  drawMassMg,
  drawPiece: (world, run, piece) => {
    piece.classIndex = drawClass(world, run.plan.shares);
    drawComposition(world, piece.classIndex, piece.truePpm);
    piece.surfacePpm.set(piece.truePpm);
  },
  spoil,
  // A neighbour of an ejected piece is blown out with it.
  sort: (world, classIndex) =>
    sortPiece(world, FIGURES, { right: outletOf(classIndex), rest: 0, neighbour: 1 }),
};

/** EU-27 steel scrap specification, E40: residual copper at most 0.250 %. */
const E40_COPPER_PPM = 2_500;

export const STEEL: World = {
  stream: 'steel',
  recipe: RECIPE.recipe,
  figures: FIGURES,
  analytes: ELEMENTS,
  classes: CLASSES.map((entry) => entry.class),
  outlets: OUTLETS.map((outlet) => ({
    outlet,
    targetClass: RECIPE.targetByOutlet[outlet]!,
    ...(outlet === 0
      ? { targetGrade: 'E40' }
      : { ungraded: 'the books of steel have no grade for what is sorted out of shred' }),
  })),
  floor: { scaleId: 'floor', intervalMg: FIGURES.floorIntervalMg.value },
  delivery: {
    declaredGrade: 'E40',
    ewc: '191001',
    origin: 'car and appliance shredder',
    isDriedByGate: true,
  },
  dust: 'filter house',
  assay: { method: 'melt-OES', sampleMg: FIGURES.assaySampleMg.value },
  buyers: {
    product: 'Mill Duisburg',
    rest: 'Metal merchant Hamburg',
    hazards: 'Battery recycler Krefeld',
  },
  gradeOf: ({ Cu = 0 }) => (Cu <= E40_COPPER_PPM ? 'E40' : undefined),
  drawShares: (random) => drawShares(random, drawCopperPpm(random)),
  drawMoisturePpm: (random) => random.between(FIGURES.moisturePpm.low, FIGURES.moisturePpm.high),
  drawMassMg,
  openEye: (given) => new BeltEye(PIECES, given),
};
