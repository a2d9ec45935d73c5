import { RECIPES, TEXTILE_CLASSES } from '#materials';
import { ClassSampler } from './class-sampler.js';
import { TEXTILE_FIGURES as FIGURES } from './plant-book.js';
import type { Random } from './random.js';
import type { RunState } from './run-state.js';
import { BeltEye, type Piece, type PieceWorld } from './scan-frame.js';
import { type World, drawClass, drawMass, sharesAbout, sortPiece } from './world.js';

/** The truth about garments that nobody will wear again. Shares are of the dry fibre. */

const RECIPE = RECIPES.recipes.find(({ recipe }) => recipe === 'fibre-sort-1')!;
const CLASSES = TEXTILE_CLASSES.classes;
const FIBRES = ['cotton', 'polyester', 'wool', 'acrylic', 'polyamide', 'viscose', 'elastane'];
const PRIORS = CLASSES.map(({ class: name }) => RECIPE.priorsPpm[name]!);
const SAMPLER = new ClassSampler(CLASSES, FIBRES, 1_000_000);

/** Everything that nothing blows out falls off the end of the belt. */
const REST = RECIPE.targetByOutlet.length;

const OUTLET_OF: readonly number[] = CLASSES.map(({ class: name }) => {
  const wanted = name === 'polycotton-rich' ? 'polycotton' : name;
  const outlet = RECIPE.targetByOutlet.indexOf(wanted);
  return outlet < 0 ? REST : outlet;
});

const drawMassMg = (random: Random): number =>
  drawMass(random, FIGURES.pieceMassMedianMg.value, FIGURES.pieceMassLogDeviation.value);

const inner = new Float64Array(FIBRES.length);

/** Some garments have a layer within that the scanner cannot see. */
function drawGarment(world: Random, { plan }: RunState, piece: Piece): void {
  piece.classIndex = drawClass(world, plan.shares);
  SAMPLER.draw(world, piece.classIndex, piece.surfacePpm);
  piece.truePpm.set(piece.surfacePpm);
  if (!world.chance(FIGURES.layeredShare.value)) return;
  SAMPLER.draw(world, drawClass(world, plan.shares), inner);
  const share = world.between(FIGURES.innerMassShare.low, FIGURES.innerMassShare.high);
  for (let at = 0; at < inner.length; at++) {
    piece.truePpm[at] = (1 - share) * piece.surfacePpm[at]! + share * inner[at]!;
  }
}

const GARMENTS: PieceWorld = {
  recipe: RECIPE.recipe,
  analytes: FIBRES,
  sensorModel: 'nir-table-1',
  seen: FIBRES,
  massMethod: 'weighed',
  massReadingPpm: FIGURES.pieceMassReadingPpm.value,
  hasBatteries: false,
  drawMassMg,
  drawPiece: drawGarment,
  sort: (world, classIndex) =>
    sortPiece(world, FIGURES, { right: OUTLET_OF[classIndex]!, rest: REST, neighbour: 0 }),
  readWater: (world) =>
    Math.max(
      0,
      Math.round(FIGURES.restWaterPpm.value + FIGURES.waterReadingPpm.value * world.normal()),
    ),
};

/** Grade of the book that an outlet's lot is meant for. */
const GRADE_OF: Readonly<Record<string, string>> = {
  cotton: 'mono-cotton',
  polyester: 'mono-polyester',
  polycotton: 'polycotton',
  wool: 'wool-80',
  acrylic: 'acrylic-80',
  viscose: 'cellulosic-80',
};

const PURE_PPM = 950_000;

export const TEXTILES: World = {
  stream: 'textiles',
  recipe: RECIPE.recipe,
  figures: FIGURES,
  analytes: FIBRES,
  classes: CLASSES.map((entry) => entry.class),
  outlets: [
    ...RECIPE.targetByOutlet.map((targetClass, outlet) => ({
      outlet,
      targetClass,
      targetGrade: GRADE_OF[targetClass]!,
    })),
    { outlet: REST, targetClass: 'mixed-fibres', targetGrade: 'mixed-fibres' },
  ],
  floor: { scaleId: 'light', intervalMg: FIGURES.scaleIntervalMg.value },
  delivery: {
    declaredGrade: 'garments-not-rewearable',
    ewc: '200111',
    origin: 'collection of used garments',
    isDriedByGate: false,
    restWaterPpm: FIGURES.restWaterPpm.value,
  },
  dust: 'lint in the filter',
  assay: { method: 'ISO-1833', sampleMg: FIGURES.assaySampleMg.value },
  buyers: {
    product: 'Pulp mill Sundsvall',
    rest: 'Fibre recycler Prato',
    hazards: 'Fibre recycler Prato',
    made: 'Spinning mill Kaunas',
  },
  dissolution: {
    recipe: 'cotton-nmmo-1',
    dissolves: ['cotton', 'viscose'],
    fibre: 'viscose',
    targetGrade: 'cellulosic-80',
  },
  gradeOf: ({ cotton = 0 }) => (cotton >= PURE_PPM ? 'mono-cotton' : undefined),
  drawShares: (random) => sharesAbout(random, PRIORS, FIGURES.lotShareDeviation.value),
  drawMoisturePpm: (random) => {
    const isWet = random.chance(FIGURES.wetLotShare.value);
    const { low, high } = isWet ? FIGURES.wetMoisturePpm : FIGURES.moisturePpm;
    return random.between(low, high);
  },
  drawMassMg,
  openEye: (given) => new BeltEye(GARMENTS, given),
};
