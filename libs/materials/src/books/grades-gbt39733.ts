import { type Grade, type GradeBook, type GradeForm, atLeast, atMost, formOf } from './grades.js';

/** Classes of the standard, by the letters that its codes start with. */
const FORMS: Readonly<Record<string, string>> = {
  HRS: 'heavy',
  MRS: 'medium',
  LRS: 'small',
  SRS: 'shredded',
  BRS: 'bundles',
  ARS: 'alloy-steel',
  CRS: 'cast-iron',
};

const classOf = (code: string): GradeForm => formOf(FORMS[code.slice(0, 3)]!, 'forms');

const FORM_SOURCE: GradeBook['sources'] = {
  forms: {
    basis: 'derived',
    text: 'GB/T 39733: classes by the letters of the codes; one is not made of another by sorting',
  },
};

const grade = (
  code: string,
  name: string,
  inclusionsPpm: number,
  iron: { readonly least: number; readonly source: string } | undefined,
): Grade => ({
  grade: code,
  name,
  form: classOf(code),
  limits: [
    atMost(['sterile'], inclusionsPpm, iron?.source ?? 'text'),
    ...(iron === undefined ? [] : [atLeast(['Fe'], iron.least, iron.source)]),
  ],
});

const iron = (least: number, source = 'text'): { least: number; source: string } => ({
  least,
  source,
});

/** Recycling iron-steel materials, the edition of 2020: historic. */
export const GBT39733_2020_GRADES: GradeBook = {
  book: 'grades-gbt39733-2020',
  version: 1,
  validFrom: '2021-01-01',
  validTo: '2025-05-31',
  stream: 'steel',
  issuer: 'GB/T 39733-2020, Recycling iron-steel materials',
  gaps: ['sizes, densities and radioactivity clauses are not in here'],
  sources: {
    ...FORM_SOURCE,
    text: {
      basis: 'published',
      text: 'GB/T 39733-2020, table of grades, read on a page by OCR',
    },
    ocr: {
      basis: 'from-memory',
      text: 'GB/T 39733-2020: the order of the MRS rows is slightly uncertain in the OCR',
    },
  },
  grades: [
    grade('HRS101', 'Heavy, 1', 8_000, iron(930_000)),
    grade('HRS102', 'Heavy, 2', 3_000, iron(930_000)),
    grade('MRS201', 'Medium, 1', 8_000, iron(930_000, 'ocr')),
    grade('MRS202', 'Medium, 2', 3_000, iron(930_000, 'ocr')),
    grade('LRS301', 'Small, 1', 8_000, iron(920_000)),
    grade('LRS302', 'Small, 2', 3_000, iron(920_000)),
    grade('LRS303', 'Small, 3', 3_000, iron(920_000)),
    grade('SRS401', 'Shredded, 1', 10_000, iron(920_000)),
    grade('SRS402', 'Shredded, 2', 10_000, iron(920_000)),
    grade('SRS403', 'Shredded, 3', 10_000, iron(920_000)),
    grade('BRS501', 'Bundles, 1', 3_000, iron(930_000)),
    grade('BRS502', 'Bundles, 2', 8_000, iron(930_000)),
    grade('BRS503', 'Bundles, 3', 3_000, iron(930_000)),
    grade('ARS601', 'Alloy steel, 1', 3_000, undefined),
    grade('ARS602', 'Alloy steel, 2', 3_000, undefined),
    grade('ARS603', 'Alloy steel, 3', 3_000, undefined),
    grade('CRS701', 'Cast iron, 1', 8_000, iron(920_000)),
    grade('CRS702', 'Cast iron, 2', 3_000, iron(920_000)),
  ],
};

/**
 * The edition in force. Its text is not public: grades are named, limits are not, so that nothing
 * is graded by it and everything under it is "not assessed".
 */
export const GBT39733_2024_GRADES: GradeBook = {
  book: 'grades-gbt39733-2024',
  version: 1,
  validFrom: '2025-06-01',
  stream: 'steel',
  issuer: 'GB/T 39733-2024, Recycling iron-steel materials (issued 2024-11-28)',
  gaps: [
    'all limits: the text is not public',
    'new definition of inclusions, new inclusion test (6.4), new terms, new clause 5.5',
    'small class has four grades instead of three; bundles of shredded material added',
  ],
  sources: FORM_SOURCE,
  grades: GBT39733_2020_GRADES.grades
    .map(({ grade: code }) => code)
    .flatMap((code) => (code === 'LRS303' ? [code, 'LRS304'] : [code]))
    .map((code) => ({
      grade: code,
      name: code,
      form: classOf(code),
      limits: [],
      alsoAsks: ['limits of the 2024 edition, which are not in this book'],
    })),
};
