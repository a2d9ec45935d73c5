export {
  BATTERY_CHEMISTRIES,
  type BatteryChemistry,
  type ChemistryBook,
  chemistryNamed,
} from './books/battery-chemistries.js';
export type { Basis, Book, Source } from './books/book.js';
export { SUMMED_ANALYTES, CAPPED_ANALYTES } from './books/summed-analytes.js';
export {
  type Component,
  type ComponentBook,
  COMPONENTS,
  type DeviceContent,
  type ElementContent,
} from './books/components.js';
export { type Compound, type CompoundBook, COMPOUNDS, elementSharePpm } from './books/compounds.js';
export type { ConfusionBook, ModelConfusion } from './books/confusion-book.js';
export { CONFUSIONS } from './books/confusions.js';
export { DEVICE_RECOGNITION, type RecognitionBook } from './books/device-recognition.js';
export { ELEMENTS, type ElementBook, type ElementEntry } from './books/elements.js';
export { type Fibre, type FibreBook, FIBRES } from './books/fibres.js';
export { type Figure, figuresOf } from './books/figures.js';
export { BOARD_GRADES } from './books/grades-boards.js';
export { EXAMPLE_CUSTOMER_GRADES } from './books/grades-customer.js';
export { EU27_GRADES } from './books/grades-eu27.js';
export { FIBRE_GRADES } from './books/grades-fibres.js';
export { GBT39733_2020_GRADES, GBT39733_2024_GRADES } from './books/grades-gbt39733.js';
export { ISRI_GRADES } from './books/grades-isri.js';
export type { Grade, GradeBook, GradeForm, GradeLimit, LimitUnit } from './books/grades.js';
export {
  type Hazard,
  type HazardBook,
  HAZARDS,
  type HazardSign,
  hazardNamed,
  isHazardousCode,
} from './books/hazards.js';
export { type BookReference, BOOKS, GRADE_BOOKS, referenceOf } from './books/library.js';
export { NON_FERROUS_CLASSES } from './books/non-ferrous-classes.js';
export { parseGradeBook, parsePriceBook } from './books/parse-book.js';
export { EXAMPLE_PRICES, type Price, type PriceBook } from './books/prices.js';
export { PRODUCT_KEYS, type ProductBook, type ProductKey } from './books/product-keys.js';
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
export { TEXTILE_CLASSES } from './books/textile-classes.js';
export {
  type OperationBook,
  TREATMENT_OPERATIONS,
  type TreatmentOperation,
  type TreatmentRoute,
  routeOf,
} from './books/treatment-operations.js';
export { type Code, type CodeBook, WASTE_CODES } from './books/waste-codes.js';
export {
  type BatteryTarget,
  WEEE_CATEGORIES,
  type WeeeBook,
  type WeeeCategory,
} from './books/weee-categories.js';
export { canonicalJson, digestOf } from './canonical-json.js';
export {
  type DeviceFrame,
  type FrameRecognition,
  isDeviceFrame,
  recogniseFrame,
} from './recognise-frame.js';
export {
  type DeviceClasses,
  DEVICE_MODEL,
  type DeviceReadings,
  classifyDevices,
  productSlug,
} from './classify-devices.js';
export { type FrameClasses, classifyFrame } from './classify-frame.js';
export { exactErf, exactErfc, exactExp, exactLog, normalCdf } from './exact-math.js';
export { CONTENT_MEMBERS, EXACT_MAX, FrameContents } from './frame-contents.js';
export { type FrameReadings, type ReadingColumn, readingsOf } from './frame-readings.js';
export { deviationOf } from './likelihood-table.js';
export { type ClassFraction, correctFractions, shareByClasses } from './class-fractions.js';
export { type CorrectedClasses, type SaidOfOutlet, correctOutlets } from './outlet-classes.js';
export { type ClassMass, sharesByClasses } from './class-shares.js';
export { type CommercialMass, type TextileMass, commercialMass } from './commercial-mass.js';
export {
  type ContentColumns,
  type ContentSums,
  addContents,
  addFigures,
  emptySums,
  mergeSums,
  subtractSums,
  sumsFromText,
  sumsToText,
} from './content-sums.js';
export {
  type Estimate,
  agree,
  combine,
  quotientOf,
  rootSumSquare,
  standardized,
} from './estimate.js';
export {
  type GradeFinding,
  type LimitFinding,
  type LimitVerdict,
  type LotFindings,
  chanceAbove,
  gradesOfForm,
  judgeBook,
  judgeGrade,
} from './grade-lot.js';
export {
  type Grading,
  type GradingInput,
  type Remedy,
  type Value,
  gradeLot,
  valueBetween,
} from './grading-advice.js';
export {
  type Assay,
  type CompositionEvidence,
  type IndirectBasis,
  type Interval,
  type LotShare,
  ONE_SIDED_95,
  type SensorKnowledge,
  TWO_SIDED_95,
  intervalOf,
  lotShare,
} from './lot-composition.js';
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
  HAZARD_CLASSES,
  HAZARD_FLAGS,
  KNOWN_MODELS,
  type ModelNames,
  PIECE_FLAGS,
  type PieceFlag,
  type PieceModel,
  UNRESOLVED,
  compositionsOf,
  knownPieceModels,
  pieceModel,
} from './piece-model.js';
export {
  type AnchorPair,
  type Gain,
  type GainSaid,
  type GainSums,
  NOTHING_SAID,
  addSaid,
  gainFromAssays,
  gainOf,
  saidBy,
  surpriseOf,
} from './sensor-gain.js';
export {
  PLACED,
  type Placement,
  type SorterErrors,
  addPlacement,
  placementFromText,
  placementOf,
  placementToText,
  takePlacement,
} from './placement.js';
export {
  type BalanceTerms,
  type MassEstimate,
  type StreamFigures,
  type Unaccounted,
  chainRecovery,
  enrichmentOf,
  lossOfTarget,
  purityOf,
  recirculatingLoad,
  recoveryOf,
  throughputOf,
  twoProductRecovery,
  unaccountedOf,
  yieldOf,
} from './process-figures.js';
export {
  type RichPiece,
  RICHEST_MAX,
  leastContent,
  mergeRichest,
  richIn,
} from './richest-pieces.js';
export {
  ALARM_ABOVE,
  RESTED,
  SHIFT_LIMITS,
  SLACK,
  type ShiftLimits,
  type ShiftWatch,
  watchShift,
} from './shift-watch.js';
