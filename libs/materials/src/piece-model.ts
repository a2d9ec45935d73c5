import { HAZARDS } from './books/hazards.js';
import { NON_FERROUS_CLASSES } from './books/non-ferrous-classes.js';
import { RECIPES, type Recipe } from './books/recipes.js';
import { SENSOR_MODELS, type SensorModel } from './books/sensor-models.js';
import { type CompositionBook, STEEL_CLASSES } from './books/steel-classes.js';
import { TEXTILE_CLASSES } from './books/textile-classes.js';
import { digestOf } from './canonical-json.js';
import { exactLog } from './exact-math.js';
import { type LikelihoodTable, likelihoodTable } from './likelihood-table.js';

/** Changes whenever the same books would give another answer; part of the model digest. */
const CODE_VERSION = 'piece-bayes-2';

/** The class of a piece whose class nobody may claim to know. */
export const UNRESOLVED = 'unresolved';

/**
 * What may be said of a piece beside its class. `unresolved`: the best posterior is below the
 * recipe's threshold, or nothing was measured; `implausible`: no class explains the reading;
 * `below-detection`: every reading of the piece was below its limit; `unknown-model`: the frame
 * names a sensor model or recipe that is in no book.
 */
export const PIECE_FLAGS = [
  'unresolved',
  'implausible',
  'below-detection',
  'unknown-model',
] as const;
export type PieceFlag = (typeof PIECE_FLAGS)[number];

/**
 * Classes and flags of hazards, in the order of their book. They follow a model's own, and a frame
 * carries them only when it has a hazardous piece.
 */
export const HAZARD_CLASSES: readonly string[] = HAZARDS.hazards.map(({ hazard }) => hazard);
export const HAZARD_FLAGS: readonly string[] = HAZARD_CLASSES.map((hazard) => `hazard:${hazard}`);

const ALL_FLAGS: readonly string[] = [...PIECE_FLAGS, ...HAZARD_FLAGS];

export interface ModelElement {
  readonly symbol: string;
  readonly table: LikelihoodTable;
}

/** A sensor model and a recipe compiled over the recipe's composition book. */
export interface PieceModel {
  readonly id: string;
  /** SHA-256, hex, over the books' entries in use and the code's version. */
  readonly digest: string;
  /** False: the names are in no book, and every piece stays unresolved. */
  readonly known: boolean;
  /** Classes that answers index into; the last one is `unresolved`. */
  readonly classes: readonly string[];
  readonly flags: readonly PieceFlag[];
  /** Both, followed by the hazards': what a frame with a hazardous piece indexes into. */
  readonly allClasses: readonly string[];
  readonly allFlags: readonly string[];
  /** In a fixed order, so that sums do not depend on the order of a frame's members. */
  readonly elements: readonly ModelElement[];
  /** ln of the prior share by class, without `unresolved`. */
  readonly logPriors: Float64Array;
  readonly thresholdPpm: number;
  /** Nats below the peak at which a reading is implausible. */
  readonly implausibleNats: number;
}

const known = new Map<string, PieceModel>();

/**
 * The model that a frame names by its `sensorModel` and `recipe`. Compiled once (some tenths of a
 * second), then the same object. Unknown names give a model that leaves every piece unresolved.
 */
export function pieceModel(sensorModel: string, recipe: string): PieceModel {
  // Names of the books hold no space.
  const key = `${sensorModel} ${recipe}`;
  const existing = known.get(key);
  if (existing !== undefined) return existing;
  const sensor = SENSOR_MODELS.models.find((entry) => entry.sensorModel === sensorModel);
  const found = RECIPES.recipes.find((entry) => entry.recipe === recipe);
  // Not kept: names that stations make up are not bounded.
  if (sensor === undefined || found === undefined || !sees(sensor, found)) {
    return unknownModel(sensorModel, recipe);
  }
  const model = compile(sensor, found);
  known.set(key, model);
  return model;
}

/** A sensor model and a recipe that go together. */
export interface ModelNames {
  readonly sensorModel: string;
  readonly recipe: string;
}

/** Every pair of the books of which the sensor sees something that the recipe's classes differ in. */
export const KNOWN_MODELS: readonly ModelNames[] = SENSOR_MODELS.models.flatMap((sensor) =>
  RECIPES.recipes
    .filter((recipe) => sees(sensor, recipe))
    .map(({ recipe }) => ({ sensorModel: sensor.sensorModel, recipe })),
);

/** All of them, to compile them before the first frame comes. */
export const knownPieceModels = (): readonly PieceModel[] =>
  KNOWN_MODELS.map(({ sensorModel, recipe }) => pieceModel(sensorModel, recipe));

/** The composition book that a recipe names. */
export function compositionsOf(recipe: Recipe): CompositionBook {
  const found = [STEEL_CLASSES, NON_FERROUS_CLASSES, TEXTILE_CLASSES].find(
    ({ book }) => book === recipe.compositions,
  );
  if (found === undefined) {
    throw new RangeError(`recipe ${recipe.recipe}: no composition book "${recipe.compositions}"`);
  }
  return found;
}

function sees(sensor: SensorModel, recipe: Recipe): boolean {
  const [first] = compositionsOf(recipe).classes;
  return Object.keys(sensor.elements).some((name) => first?.composition[name] !== undefined);
}

function compile(sensor: SensorModel, recipe: Recipe): PieceModel {
  const composition = compositionsOf(recipe);
  const classes = composition.classes.filter((entry) => (recipe.priorsPpm[entry.class] ?? 0) > 0);
  const elements = Object.entries(sensor.elements)
    .filter(([symbol]) => classes.every((entry) => entry.composition[symbol] !== undefined))
    .map(([symbol, noise]) => ({
      symbol,
      table: likelihoodTable(
        classes.map((entry) => entry.composition[symbol]!),
        noise,
      ),
    }));
  const names = [...classes.map((entry) => entry.class), UNRESOLVED];
  return {
    id: CODE_VERSION,
    digest: digestOf({ code: CODE_VERSION, composition, sensor, recipe, hazards: HAZARDS }),
    known: true,
    classes: names,
    flags: PIECE_FLAGS,
    allClasses: [...names, ...HAZARD_CLASSES],
    allFlags: ALL_FLAGS,
    elements,
    logPriors: Float64Array.from(classes, (entry) =>
      exactLog(recipe.priorsPpm[entry.class]! / 1_000_000),
    ),
    thresholdPpm: recipe.confidenceThresholdPpm,
    implausibleNats: recipe.implausibleCentinats / 100,
  };
}

function unknownModel(sensorModel: string, recipe: string): PieceModel {
  return {
    id: CODE_VERSION,
    digest: digestOf({ code: CODE_VERSION, unknown: { sensorModel, recipe }, hazards: HAZARDS }),
    known: false,
    classes: [UNRESOLVED],
    flags: PIECE_FLAGS,
    allClasses: [UNRESOLVED, ...HAZARD_CLASSES],
    allFlags: ALL_FLAGS,
    elements: [],
    logPriors: new Float64Array(0),
    thresholdPpm: 1_000_000,
    implausibleNats: 0,
  };
}
