import { digestOf } from '../canonical-json.js';
import { BATTERY_CHEMISTRIES } from './battery-chemistries.js';
import type { Book } from './book.js';
import { COMPONENTS } from './components.js';
import { COMPOUNDS } from './compounds.js';
import { DEVICE_RECOGNITION } from './device-recognition.js';
import { ELEMENTS } from './elements.js';
import { FIBRES } from './fibres.js';
import { BOARD_GRADES } from './grades-boards.js';
import { EXAMPLE_CUSTOMER_GRADES } from './grades-customer.js';
import { EU27_GRADES } from './grades-eu27.js';
import { FIBRE_GRADES } from './grades-fibres.js';
import { GBT39733_2020_GRADES, GBT39733_2024_GRADES } from './grades-gbt39733.js';
import { ISRI_GRADES } from './grades-isri.js';
import type { GradeBook } from './grades.js';
import { HAZARDS } from './hazards.js';
import { NON_FERROUS_CLASSES } from './non-ferrous-classes.js';
import { EXAMPLE_PRICES } from './prices.js';
import { PRODUCT_KEYS } from './product-keys.js';
import { RECIPES } from './recipes.js';
import { SENSOR_MODELS } from './sensor-models.js';
import { STEEL_CLASSES } from './steel-classes.js';
import { TEXTILE_CLASSES } from './textile-classes.js';
import { TREATMENT_OPERATIONS } from './treatment-operations.js';
import { WASTE_CODES } from './waste-codes.js';
import { WEEE_CATEGORIES } from './weee-categories.js';

export const GRADE_BOOKS: readonly GradeBook[] = [
  EU27_GRADES,
  ISRI_GRADES,
  GBT39733_2020_GRADES,
  GBT39733_2024_GRADES,
  EXAMPLE_CUSTOMER_GRADES,
  BOARD_GRADES,
  FIBRE_GRADES,
];

/** Every reference book that comes with Urbanmine. */
export const BOOKS: readonly Book[] = [
  ELEMENTS,
  COMPOUNDS,
  STEEL_CLASSES,
  NON_FERROUS_CLASSES,
  TEXTILE_CLASSES,
  FIBRES,
  SENSOR_MODELS,
  RECIPES,
  ...GRADE_BOOKS,
  HAZARDS,
  PRODUCT_KEYS,
  WEEE_CATEGORIES,
  TREATMENT_OPERATIONS,
  BATTERY_CHEMISTRIES,
  COMPONENTS,
  DEVICE_RECOGNITION,
  WASTE_CODES,
  EXAMPLE_PRICES,
];

/** What `reference.adopted` says of a book. */
export interface BookReference {
  readonly book: string;
  readonly version: number;
  /** SHA-256 over the canonical JSON, hex. */
  readonly digest: string;
}

export const referenceOf = (book: Book): BookReference => ({
  book: book.book,
  version: book.version,
  digest: digestOf(book),
});
