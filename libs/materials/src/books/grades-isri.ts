import { type Grade, type GradeBook, density, formOf, length } from './grades.js';

const MM_PER_INCH = 25.4;
/** Book densities are in pounds per cubic foot: × 16.0185 kg/m³, rounded to the nearest kg. */
const poundsPerCubicFoot = (density: number): number => Math.floor(density * 16.0185 + 0.5);

const thickness = (inches: number) =>
  length('thickness', { least: Math.floor(inches * MM_PER_INCH * 10) / 10, source: 'fs2009' });

const longest = (inches: number) =>
  length('largest-piece', { most: Math.floor(inches * MM_PER_INCH), source: 'fs2009' });

const FORMS: Readonly<Record<string, string>> = {
  '207': 'new-clippings',
  '207A': 'new-clippings',
  '208': 'bundles',
  '209': 'bundles',
  '210': 'shredded',
  '211': 'shredded',
  '212': 'shredded-clippings',
};

const grade = (
  code: string,
  name: string,
  limits: Grade['limits'],
  more: string[] = [],
): Grade => ({
  grade: code,
  name,
  form: formOf(FORMS[code] ?? 'heavy-melting', 'forms'),
  limits,
  alsoAsks: [...more, 'free of dirt, non-ferrous metal and foreign material beyond negligible'],
});

/** ReMA (until 2024: ISRI) ferrous codes. They bound size and density, no chemistry. */
export const ISRI_GRADES: GradeBook = {
  book: 'grades-isri',
  version: 1,
  validFrom: '2022-01-01',
  stream: 'steel',
  issuer: 'Recycled Materials Association (ReMA, formerly ISRI), ferrous specifications',
  gaps: ['codes above 212 are not in here', '211: one page says 50 instead of 70 lb/ft³'],
  sources: {
    fs2009: {
      basis: 'published',
      text: 'ISRI ferrous specifications FS-2009 and circular of 2022, as pages of the trade give them; converted from inches and pounds per cubic foot',
    },
    forms: {
      basis: 'derived',
      text: 'Names of the codes: heavy melting, clippings, bundles and shred are not made of each other by sorting',
    },
    conflict: {
      basis: 'published',
      text: 'As fs2009; sources disagree for 211 (70 against 50 lb/ft³), the stricter is taken',
    },
  },
  grades: [
    grade('200', 'No. 1 heavy melting', [thickness(0.25), longest(60)]),
    grade('201', 'No. 1 heavy melting, 3 ft', [thickness(0.25), longest(36)]),
    grade('202', 'No. 1 heavy melting, 5 ft', [thickness(0.25), longest(60)]),
    grade('203', 'No. 2 heavy melting', [thickness(0.125)], ['black and galvanised']),
    grade('204', 'No. 2 heavy melting, 3 ft', [thickness(0.125), longest(36)]),
    grade('205', 'No. 2 heavy melting, 3 ft × 18 in', [longest(36)]),
    grade('206', 'No. 2 heavy melting, 5 ft × 18 in', [longest(60)]),
    grade('207', 'No. 1 busheling', [longest(12)], ['no coated steel, no auto body']),
    grade('207A', 'New black steel clippings', [longest(96)]),
    grade('208', 'No. 1 bundles', [density(poundsPerCubicFoot(75), 'fs2009')]),
    grade('209', 'No. 2 bundles', [density(poundsPerCubicFoot(75), 'fs2009')]),
    grade('210', 'Shredded, average 50 lb/ft³', [density(poundsPerCubicFoot(50), 'fs2009')]),
    grade('211', 'Shredded, average 70 lb/ft³', [density(poundsPerCubicFoot(70), 'conflict')]),
    grade('212', 'Shredded clippings', [density(poundsPerCubicFoot(60), 'fs2009')]),
  ],
};
