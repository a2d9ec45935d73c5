import { NON_FERROUS_CLASSES, RECIPES } from '#materials';
import { ClassSampler } from './class-sampler.js';
import { SHRED_FIGURES as FIGURES } from './plant-book.js';
import type { Random } from './random.js';
import { BeltEye, type PieceWorld } from './scan-frame.js';
import { type World, drawClass, drawMass, sharesAbout, sortPiece } from './world.js';

/** The truth about shredded appliance metal after magnet and eddy current. */

const RECIPE = RECIPES.recipes.find(({ recipe }) => recipe === 'non-ferrous-1')!;
const CLASSES = NON_FERROUS_CLASSES.classes;
const ELEMENTS = ['Si', 'Mn', 'Fe', 'Cu', 'Zn', 'Pb', 'Sn'] as const;
/** What the laser sees of them. */
const SEEN = ['Si', 'Mn', 'Cu', 'Zn'] as const;
const PRIORS = CLASSES.map(({ class: name }) => RECIPE.priorsPpm[name]!);
const SAMPLER = new ClassSampler(CLASSES, ELEMENTS, 1_000_000);
const outletOf = (classIndex: number): number =>
  RECIPE.targetByOutlet.indexOf(CLASSES[classIndex]!.class);

const drawMassMg = (random: Random): number =>
  drawMass(random, FIGURES.pieceMassMedianMg.value, FIGURES.pieceMassLogDeviation.value);

const PIECES: PieceWorld = {
  recipe: RECIPE.recipe,
  analytes: ELEMENTS,
  sensorModel: 'libs-belt-1',
  seen: SEEN,
  massMethod: 'volume-model',
  massReadingPpm: FIGURES.pieceMassReadingPpm.value,
  hasBatteries: true,
  drawMassMg,
  drawPiece: (world, run, piece) => {
    piece.classIndex = drawClass(world, run.plan.shares);
    SAMPLER.draw(world, piece.classIndex, piece.truePpm);
    piece.surfacePpm.set(piece.truePpm);
  },
  sort: (world, classIndex) =>
    sortPiece(world, FIGURES, { right: outletOf(classIndex), rest: 0, neighbour: 1 }),
};

export const APPLIANCE_METAL: World = {
  stream: 'ewaste',
  recipe: RECIPE.recipe,
  figures: FIGURES,
  analytes: ELEMENTS,
  classes: CLASSES.map((entry) => entry.class),
  outlets: RECIPE.targetByOutlet.map((targetClass, outlet) => ({
    outlet,
    targetClass,
    ungraded:
      'the books of ReMA codes in here are of ferrous scrap: zorba and its like have no limits',
  })),
  floor: { scaleId: 'light', intervalMg: FIGURES.scaleIntervalMg.value },
  delivery: {
    declaredGrade: 'zorba',
    ewc: '191002',
    origin: 'shredder of depolluted appliances',
    isDriedByGate: true,
  },
  dust: 'filter house',
  assay: { method: 'melt-OES', sampleMg: FIGURES.assaySampleMg.value },
  buyers: {
    product: 'Aluminium refiner Grevenbroich',
    rest: 'Metal merchant Hamburg',
    hazards: 'Battery recycler Krefeld',
  },
  gradeOf: () => undefined,
  drawShares: (random) => sharesAbout(random, PRIORS, FIGURES.lotShareDeviation.value),
  drawMoisturePpm: (random) => random.between(FIGURES.moisturePpm.low, FIGURES.moisturePpm.high),
  drawMassMg,
  openEye: (given) => new BeltEye(PIECES, given),
};
