import { RECIPES, type Recipe } from './books/recipes.js';
import { SENSOR_MODELS, type SensorModel } from './books/sensor-models.js';
import { STEEL_CLASSES } from './books/steel-classes.js';
import { digestOf } from './canonical-json.js';
import { exactLog } from './exact-math.js';
import { type LikelihoodTable, likelihoodTable } from './likelihood-table.js';

/** Changes whenever the same books would give another answer; part of the model digest. */
const CODE_VERSION = 'steel-bayes-1';

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

export interface ModelElement {
  readonly symbol: string;
  readonly table: LikelihoodTable;
}

/** A sensor model and a recipe compiled over the composition book. */
export interface SteelModel {
  readonly id: string;
  /** SHA-256, hex, over the books' entries in use and the code's version. */
  readonly digest: string;
  /** False: the names are in no book, and every piece stays unresolved. */
  readonly known: boolean;
  /** Classes that answers index into; the last one is `unresolved`. */
  readonly classes: readonly string[];
  readonly flags: readonly PieceFlag[];
  /** In a fixed order, so that sums do not depend on the order of a frame's members. */
  readonly elements: readonly ModelElement[];
  /** ln of the prior share by class, without `unresolved`. */
  readonly logPriors: Float64Array;
  readonly thresholdPpm: number;
  /** Nats below the peak at which a reading is implausible. */
  readonly implausibleNats: number;
}

const known = new Map<string, SteelModel>();

/**
 * The model that a frame names by its `sensorModel` and `recipe`. Compiled once (some tenths of a
 * second), then the same object. Unknown names give a model that leaves every piece unresolved.
 */
export function steelModel(sensorModel: string, recipe: string): SteelModel {
  // Names of the books hold no space.
  const key = `${sensorModel} ${recipe}`;
  const existing = known.get(key);
  if (existing !== undefined) return existing;
  const sensor = SENSOR_MODELS.models.find((entry) => entry.sensorModel === sensorModel);
  const found = RECIPES.recipes.find((entry) => entry.recipe === recipe);
  // Not kept: names that stations make up are not bounded.
  if (sensor === undefined || found === undefined) return unknownModel(sensorModel, recipe);
  const model = compile(sensor, found);
  known.set(key, model);
  return model;
}

/** Every (sensor model, recipe) in the books, to compile them before the first frame comes. */
export function knownSteelModels(): readonly SteelModel[] {
  return SENSOR_MODELS.models.flatMap(({ sensorModel }) =>
    RECIPES.recipes.map(({ recipe }) => steelModel(sensorModel, recipe)),
  );
}

function compile(sensor: SensorModel, recipe: Recipe): SteelModel {
  const classes = STEEL_CLASSES.classes.filter((entry) => (recipe.priorsPpm[entry.class] ?? 0) > 0);
  const elements = Object.entries(sensor.elements)
    .filter(([symbol]) => classes.every((entry) => entry.composition[symbol] !== undefined))
    .map(([symbol, noise]) => ({
      symbol,
      table: likelihoodTable(
        classes.map((entry) => entry.composition[symbol]!),
        noise,
      ),
    }));
  return {
    id: CODE_VERSION,
    digest: digestOf({ code: CODE_VERSION, composition: STEEL_CLASSES, sensor, recipe }),
    known: true,
    classes: [...classes.map((entry) => entry.class), UNRESOLVED],
    flags: PIECE_FLAGS,
    elements,
    logPriors: Float64Array.from(classes, (entry) =>
      exactLog(recipe.priorsPpm[entry.class]! / 1_000_000),
    ),
    thresholdPpm: recipe.confidenceThresholdPpm,
    implausibleNats: recipe.implausibleCentinats / 100,
  };
}

function unknownModel(sensorModel: string, recipe: string): SteelModel {
  return {
    id: CODE_VERSION,
    digest: digestOf({ code: CODE_VERSION, unknown: { sensorModel, recipe } }),
    known: false,
    classes: [UNRESOLVED],
    flags: PIECE_FLAGS,
    elements: [],
    logPriors: new Float64Array(0),
    thresholdPpm: 1_000_000,
    implausibleNats: 0,
  };
}
