import { type ElementShare, RECIPES, STEEL_CLASSES } from '#materials';
import { FIGURES } from './plant-book.js';
import type { Random } from './random.js';

/** The truth about steel scrap: what only the plant knows and only tests may read. */

export const RECIPE = RECIPES.recipes.find(({ recipe }) => recipe === 'steel-shred-1')!;

/** Classes in the order of the composition book; pieces name them by index. */
export const CLASSES = STEEL_CLASSES.classes;

/** Elements that truth and readings are about. */
export const ELEMENTS = ['Mn', 'Cr', 'Ni', 'Mo', 'Cu', 'Sn', 'Zn'] as const;
export const COPPER = ELEMENTS.indexOf('Cu');

/** Outlets that the line has; the rest of the recipe's classes fall through to the first. */
export const OUTLETS = [0, 1, 2, 3, 7] as const;

/** Outlet by class index. */
const OUTLET_OF: readonly number[] = CLASSES.map(({ class: name }) => {
  if (name.startsWith('stainless')) return RECIPE.targetByOutlet.indexOf('stainless-austenitic');
  const outlet = RECIPE.targetByOutlet.indexOf(name);
  return (OUTLETS as readonly number[]).includes(outlet) ? outlet : 0;
});

export const outletOf = (classIndex: number): number => OUTLET_OF[classIndex]!;

interface Sampler {
  readonly isLogNormal: boolean;
  readonly center: number;
  readonly deviation: number;
}

function samplerOf(share: ElementShare | undefined): Sampler {
  if (share === undefined) return { isLogNormal: false, center: 0, deviation: 0 };
  if (share.distribution === 'normal') {
    return { isLogNormal: false, center: share.meanPpm, deviation: share.spread };
  }
  const deviation = share.spread / 1_000;
  return { isLogNormal: true, center: Math.log(share.meanPpm) - deviation ** 2 / 2, deviation };
}

/** By class, then element. */
const SAMPLERS: readonly (readonly Sampler[])[] = CLASSES.map(({ composition }) =>
  ELEMENTS.map((element) => samplerOf(composition[element])),
);

const COPPER_CLASS = CLASSES.findIndex(({ class: name }) => name === 'copper-bearing');
const meanCopper = (classIndex: number): number =>
  CLASSES[classIndex]!.composition['Cu']?.meanPpm ?? 0;

/** How often each class is among the pieces of a lot, summed up: the last is 1. */
export type ClassShares = readonly number[];

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

/** Mass of a piece, mg. */
export const drawMassMg = (random: Random): number =>
  Math.max(
    1_000,
    Math.round(
      FIGURES.pieceMassMedianMg.value *
        Math.exp(FIGURES.pieceMassLogDeviation.value * random.normal()),
    ),
  );

export function drawClass(random: Random, shares: ClassShares): number {
  const at = random.unit();
  for (let index = 0; index < shares.length; index++) if (at < shares[index]!) return index;
  return 0;
}

/** Fills `ppm` with a composition of the class: true shares, ppm by mass. */
export function drawComposition(random: Random, classIndex: number, ppm: Float64Array): void {
  const samplers = SAMPLERS[classIndex]!;
  for (let at = 0; at < samplers.length; at++) {
    const { isLogNormal, center, deviation } = samplers[at]!;
    let share: number;
    do {
      const drawn = center + deviation * random.normal();
      share = isLogNormal ? Math.exp(drawn) : drawn;
    } while (share < 0 || share > 900_000);
    ppm[at] = share;
  }
}

/** Where a piece is meant to go and where it ends: the sorter errs, and so does the ejector. */
export function sortPiece(
  random: Random,
  classIndex: number,
): { readonly meant: number; readonly reached: number } {
  const right = outletOf(classIndex);
  const meant = right === 0 || random.chance(FIGURES.sorterRecognises.value) ? right : 0;
  if (meant !== 0) {
    return { meant, reached: random.chance(FIGURES.ejectorHits.value) ? meant : 0 };
  }
  // A neighbour of an ejected piece is blown out with it.
  const reached = random.chance(FIGURES.ejectorTakesNeighbour.value) ? 1 : 0;
  return { meant, reached };
}
