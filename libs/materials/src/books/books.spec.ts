import { describe, expect, it } from '@jest/globals';
import { BATTERY_CHEMISTRIES, chemistryNamed } from './battery-chemistries.js';
import type { CompositionBook } from './steel-classes.js';
import { COMPONENTS } from './components.js';
import { COMPOUNDS, elementSharePpm } from './compounds.js';
import { ELEMENTS } from './elements.js';
import { FIBRES } from './fibres.js';
import { figuresOf } from './figures.js';
import { EXAMPLE_CUSTOMER_GRADES } from './grades-customer.js';
import { EU27_GRADES } from './grades-eu27.js';
import { GBT39733_2020_GRADES, GBT39733_2024_GRADES } from './grades-gbt39733.js';
import { HAZARDS, hazardNamed, isHazardousCode } from './hazards.js';
import { BOOKS, GRADE_BOOKS, referenceOf } from './library.js';
import { NON_FERROUS_CLASSES } from './non-ferrous-classes.js';
import { parseGradeBook, parsePriceBook } from './parse-book.js';
import { EXAMPLE_PRICES } from './prices.js';
import { PRODUCT_KEYS } from './product-keys.js';
import { RECIPES } from './recipes.js';
import { SENSOR_MODELS } from './sensor-models.js';
import { STEEL_CLASSES } from './steel-classes.js';
import { TEXTILE_CLASSES } from './textile-classes.js';
import { TREATMENT_OPERATIONS, routeOf } from './treatment-operations.js';
import { WASTE_CODES } from './waste-codes.js';
import { WEEE_CATEGORIES } from './weee-categories.js';

const SYMBOLS = new Set(ELEMENTS.elements.map(({ symbol }) => symbol));
const FIBRE_SLUGS = new Set(FIBRES.fibres.map(({ fibre }) => fibre));

/** Source keys that a book's figures name, wherever they stand. */
function namedSources(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'source' ? [String(member)] : namedSources(member),
  );
}

describe.each(BOOKS)('book $book', (book) => {
  it('gives a source and a mark for every figure', () => {
    const bare = figuresOf(book).filter(({ basis }) => basis === undefined);
    expect(bare.map(({ path, source }) => `${path} (${source ?? 'no source'})`)).toEqual([]);
  });

  it('lists no source that nothing names', () => {
    const named = new Set(namedSources(book));
    expect(Object.keys(book.sources).filter((key) => !named.has(key))).toEqual([]);
    expect([...named].filter((key) => book.sources[key] === undefined)).toEqual([]);
  });

  it('is dated, versioned and named by digest', () => {
    expect(book.validFrom).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(book.version).toBeGreaterThanOrEqual(1);
    expect(referenceOf(book).digest).toMatch(/^[0-9a-f]{64}$/);
  });
});

it('has one name a book', () => {
  expect(new Set(BOOKS.map(({ book }) => book)).size).toBe(BOOKS.length);
});

describe.each<CompositionBook>([STEEL_CLASSES, NON_FERROUS_CLASSES, TEXTILE_CLASSES])(
  'compositions of $book',
  (book) => {
    const isText = book === TEXTILE_CLASSES;

    it('name what the books know, all the same, and leave room for the balance', () => {
      const analytes = Object.keys(book.classes[0]!.composition);
      for (const { composition, balance } of book.classes) {
        const known = isText ? FIBRE_SLUGS : SYMBOLS;
        expect(Object.keys(composition).filter((name) => !known.has(name))).toEqual([]);
        expect(Object.keys(composition)).toEqual(analytes);
        expect(Object.keys(composition)).not.toContain(balance);
        const sum = Object.values(composition).reduce((total, { meanPpm }) => total + meanPpm, 0);
        expect(sum).toBeLessThanOrEqual(1_000_000);
      }
    });
  },
);

describe('recipes', () => {
  it.each(RECIPES.recipes)('$recipe has priors that sum to one, and known targets', (recipe) => {
    const book = [STEEL_CLASSES, NON_FERROUS_CLASSES, TEXTILE_CLASSES].find(
      (one) => one.book === recipe.compositions,
    )!;
    const classes = book.classes.map((entry) => entry.class);
    expect(Object.keys(recipe.priorsPpm).sort()).toEqual([...classes].sort());
    expect(Object.values(recipe.priorsPpm).reduce((a, b) => a + b)).toBe(1_000_000);
    expect(classes).toEqual(expect.arrayContaining([...recipe.targetByOutlet]));
  });

  it('find an own composition for everything that a sensor of theirs sees', () => {
    for (const { elements } of SENSOR_MODELS.models.filter(({ method }) => method !== 'NIR')) {
      for (const { composition } of STEEL_CLASSES.classes) {
        const seen = Object.keys(elements).filter((symbol) => SYMBOLS.has(symbol));
        expect(Object.keys(composition)).toEqual(expect.arrayContaining(seen));
      }
    }
  });
});

describe('grade books', () => {
  const PROPERTIES = new Set([
    'sterile',
    'moisture',
    'non-textile',
    'bulk-density',
    'thickness',
    'largest-piece',
  ]);

  it.each(GRADE_BOOKS)('$book bounds what the books know, and survives its own schema', (book) => {
    const known = (name: string): boolean =>
      SYMBOLS.has(name) || FIBRE_SLUGS.has(name) || PROPERTIES.has(name);
    for (const { limits } of book.grades) {
      for (const { of } of limits) expect(of.filter((name) => !known(name))).toEqual([]);
    }
    expect(parseGradeBook(JSON.parse(JSON.stringify(book)))).toEqual(book);
  });

  it('mark every residual limit of EU-27 as from memory', () => {
    const limits = figuresOf(EU27_GRADES).filter(({ source }) => source === 'residuals');
    expect(limits.length).toBeGreaterThan(15);
    expect(new Set(limits.map(({ basis }) => basis))).toEqual(new Set(['from-memory']));
  });

  it('hand over from one edition to the next without a day between', () => {
    expect(GBT39733_2020_GRADES.validTo).toBe('2025-05-31');
    expect(GBT39733_2024_GRADES.validFrom).toBe('2025-06-01');
    expect(figuresOf(GBT39733_2024_GRADES)).toEqual([]);
    expect(GBT39733_2024_GRADES.grades.map(({ grade }) => grade)).toContain('LRS304');
  });

  it('from outside are refused with every problem', () => {
    const bad: unknown = {
      ...EXAMPLE_CUSTOMER_GRADES,
      version: 0,
      grades: [{ grade: 'x', name: 'X', limits: [{ of: ['Cu'], unit: 'ppm', source: 'rmdas' }] }],
    };
    expect(() => parseGradeBook(bad)).toThrow(/version: [^]*grades\.0\.limits\.0: give either/);
    const unsourced = { ...EXAMPLE_CUSTOMER_GRADES, sources: {} };
    expect(() => parseGradeBook(unsourced)).toThrow(/assumed, rmdas; add them/);
    expect(() => parsePriceBook({ ...EXAMPLE_PRICES, currency: 'dollars' })).toThrow(/currency/);
    expect(parsePriceBook(EXAMPLE_PRICES)).toEqual(EXAMPLE_PRICES);
  });

  it('give every grade a form where a size or a density is bounded, with its source', () => {
    for (const { book, sources, grades } of GRADE_BOOKS) {
      const bounded = grades.some(({ limits }) => limits.some(({ unit }) => unit !== 'ppm'));
      const forms = grades.flatMap(({ form }) => (form === undefined ? [] : [form]));
      expect([book, forms.length]).toEqual([book, bounded || forms.length > 0 ? grades.length : 0]);
      for (const { source } of forms) expect(Object.hasOwn(sources, source)).toBe(true);
    }
  });

  it('have a price only for grades that exist', () => {
    const grades = new Set(
      GRADE_BOOKS.flatMap((book) => book.grades.map(({ grade }) => `${book.book}:${grade}`)),
    );
    for (const { stream } of GRADE_BOOKS) grades.add(`ungraded:${stream}`);
    for (const { item } of EXAMPLE_PRICES.prices) {
      expect(grades.has(item) || SYMBOLS.has(item)).toBe(true);
    }
  });
});

describe('molar factors', () => {
  it('agree with what the trade calculates with', () => {
    expect(elementSharePpm('Nd2O3', 'Nd')).toBe(857_356);
    expect(elementSharePpm('Li2CO3', 'Li')).toBe(187_852);
  });

  it('of a compound sum to one', () => {
    for (const { formula, atoms } of COMPOUNDS.compounds) {
      const sum = Object.keys(atoms).reduce((total, symbol) => {
        expect(SYMBOLS.has(symbol)).toBe(true);
        return total + elementSharePpm(formula, symbol);
      }, 0);
      expect(Math.abs(sum - 1_000_000)).toBeLessThanOrEqual(2);
    }
  });

  it('are refused for what is in no book', () => {
    expect(() => elementSharePpm('XyO', 'Xy')).toThrow(/not in the book/);
    expect(() => elementSharePpm('Nd2O3', 'Li')).toThrow(/holds no Li/);
  });
});

describe('e-waste', () => {
  it('has every device in a category with a target', () => {
    const categories = new Set(WEEE_CATEGORIES.categories.map(({ category }) => category));
    expect(PRODUCT_KEYS.keys).toHaveLength(54);
    for (const { weeeCategory, meanMassG } of PRODUCT_KEYS.keys) {
      expect(categories.has(weeeCategory)).toBe(true);
      expect(meanMassG).toBeGreaterThan(0);
    }
  });

  it('has components of known elements that leave no more than themselves', () => {
    for (const { contents, component } of COMPONENTS.components) {
      expect([component, contents.filter(({ element }) => !SYMBOLS.has(element))]).toEqual([
        component,
        [],
      ]);
      const sum = contents.reduce((total, { meanPpm }) => total + meanPpm, 0);
      expect(sum).toBeLessThanOrEqual(1_000_000);
    }
  });
});

describe('batteries', () => {
  it('have one chemistry for each word, and targets that are set', () => {
    const words = BATTERY_CHEMISTRIES.chemistries.flatMap((one) => [one.chemistry, ...one.words]);
    expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
    const targets = new Set(WEEE_CATEGORIES.batteries.map(({ of }) => of));
    for (const { targetsOf } of BATTERY_CHEMISTRIES.chemistries) {
      expect(targets.has(targetsOf)).toBe(true);
    }
    expect(chemistryNamed('battery-lithium')?.chemistry).toBe('lithium');
    expect(chemistryNamed('lamp')).toBeUndefined();
  });

  it('of the component book and the hazard book are known', () => {
    const hazards = HAZARDS.hazards.map(({ hazard }) => hazard);
    const named = [...COMPONENTS.components.map(({ component }) => component), ...hazards];
    for (const word of named.filter((one) => one.startsWith('battery'))) {
      expect([word, chemistryNamed(word) !== undefined]).toEqual([word, true]);
    }
  });
});

it('operations of treatment are each of one route', () => {
  const codes = TREATMENT_OPERATIONS.operations.map(({ operation }) => operation);
  expect(codes).toHaveLength(28);
  expect(new Set(codes).size).toBe(28);
  expect([routeOf('R4'), routeOf('R12'), routeOf('D10'), routeOf('X1')]).toEqual([
    'recycling',
    'preliminary',
    'disposal',
    undefined,
  ]);
});

describe('hazards', () => {
  const codes = new Set(WASTE_CODES.ewc.map(({ code }) => code));

  it('leave only under a starred code that is in the book', () => {
    for (const { ewc } of HAZARDS.hazards) {
      expect(isHazardousCode(ewc)).toBe(true);
      expect([ewc, codes.has(ewc)]).toEqual([ewc, true]);
    }
  });

  it('are found by class and by what a bench calls them', () => {
    for (const hazard of HAZARDS.hazards) expect(hazardNamed(hazard.hazard)).toBe(hazard);
    expect(hazardNamed('lithium')?.hazard).toBe('battery');
    expect(hazardNamed('pcb-capacitor')?.ewc).toBe('16 02 09*');
    expect(hazardNamed('carbon-steel')).toBeUndefined();
    expect(isHazardousCode('16 02 14')).toBe(false);
  });

  it('are what hazardous components say they are', () => {
    const slugs = new Set(HAZARDS.hazards.map(({ hazard }) => hazard));
    for (const { hazard } of COMPONENTS.components) {
      if (hazard !== undefined) expect(slugs.has(hazard)).toBe(true);
    }
  });
});
