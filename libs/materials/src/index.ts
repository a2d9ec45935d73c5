export type { Basis, Book, Source } from './books/book.js';
export { ELEMENTS, type ElementBook, type ElementEntry } from './books/elements.js';
export { RECIPES, type Recipe, type RecipeBook } from './books/recipes.js';
export {
  type ReadingNoise,
  SENSOR_MODELS,
  type SensorBook,
  type SensorModel,
} from './books/sensor-models.js';
export {
  type CompositionBook,
  type ElementShare,
  type MaterialClass,
  STEEL_CLASSES,
} from './books/steel-classes.js';
export { canonicalJson, digestOf } from './canonical-json.js';
export {
  type FrameClasses,
  type FrameReadings,
  type ReadingColumn,
  classifyFrame,
} from './classify-frame.js';
export { exactErf, exactErfc, exactExp, exactLog, normalCdf } from './exact-math.js';
export { deviationOf } from './likelihood-table.js';
export {
  type ConvertedMass,
  MASS_UNITS,
  type MassUnit,
  type StatedMass,
  convertMass,
  elementMassMg,
  formatMass,
  isMassUnit,
} from './mass.js';
export {
  PIECE_FLAGS,
  type PieceFlag,
  type SteelModel,
  UNRESOLVED,
  knownSteelModels,
  steelModel,
} from './steel-model.js';
