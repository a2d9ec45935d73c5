import { type Grade, type GradeBook, atLeast, atMost } from './grades.js';

const grade = (
  code: string,
  name: string,
  limits: Grade['limits'],
  alsoAsks: string[] = [],
): Grade => ({ grade: code, name, limits, alsoAsks });

const NON_TEXTILE = atMost(['non-textile'], 20_000, 'assumed');
const DRY = atMost(['moisture'], 120_000, 'assumed');

/** Sorted fibre fractions and recycled-fibre feed. */
export const FIBRE_GRADES: GradeBook = {
  book: 'grades-fibres',
  version: 1,
  validFrom: '2026-11-01',
  stream: 'textiles',
  issuer: 'Urbanmine: grades as usual in the trade; no standard exists',
  gaps: ['rewearable grades (cream, A, B) are a person’s judgement and are not in here'],
  sources: {
    usual: {
      basis: 'from-memory',
      text: 'Usual grades: mono cotton and mono polyester at least 95 %, wool at least 80 %, polycotton by band',
    },
    assumed: {
      basis: 'assumed',
      text: 'Chosen so that a grade can be fed to the process it is for',
    },
  },
  grades: [
    grade('cotton-dissolving', 'Mono cotton for dissolution', [
      atLeast(['cotton'], 950_000, 'usual'),
      atMost(['polyester'], 30_000, 'assumed'),
      atMost(['elastane'], 20_000, 'assumed'),
      atMost(['non-textile'], 5_000, 'assumed'),
      DRY,
    ]),
    grade('polyester-depolymerisation', 'Mono polyester for depolymerisation', [
      atLeast(['polyester'], 950_000, 'usual'),
      atMost(['elastane'], 20_000, 'assumed'),
      atMost(['cotton'], 40_000, 'assumed'),
      atMost(['non-textile'], 5_000, 'assumed'),
      DRY,
    ]),
    grade('mono-cotton', 'Mono cotton', [atLeast(['cotton'], 950_000, 'usual'), NON_TEXTILE]),
    grade('mono-polyester', 'Mono polyester', [
      atLeast(['polyester'], 950_000, 'usual'),
      NON_TEXTILE,
    ]),
    grade('wool-80', 'Wool', [atLeast(['wool'], 800_000, 'usual'), NON_TEXTILE]),
    grade('acrylic-80', 'Acrylic', [atLeast(['acrylic'], 800_000, 'assumed'), NON_TEXTILE]),
    grade('polycotton', 'Polyester and cotton', [
      atLeast(['cotton', 'polyester'], 900_000, 'usual'),
      atMost(['elastane'], 50_000, 'assumed'),
      NON_TEXTILE,
    ]),
    grade('cellulosic-80', 'Cotton and viscose', [
      atLeast(['cotton', 'viscose'], 800_000, 'assumed'),
      NON_TEXTILE,
    ]),
    grade('wipers', 'Wipers', [atLeast(['cotton'], 500_000, 'assumed')], ['absorbs water']),
    grade('mixed-fibres', 'Mixed fibres for tearing and felt', [
      atMost(['non-textile'], 50_000, 'assumed'),
    ]),
  ],
};
