import { type GradeBook, atLeast, atMost, density, formOf, length } from './grades.js';

const RESIDUALS = ['Cu', 'Sn', 'Cr', 'Ni', 'Mo'];
const ALLOYS = ['Cr', 'Ni', 'Mo'];
const TRUCK_SIZE = 'at most 1.5 × 0.5 × 0.5 m';

/** European steel scrap specification. */
export const EU27_GRADES: GradeBook = {
  book: 'grades-eu27',
  version: 1,
  validFrom: '2007-05-01',
  stream: 'steel',
  issuer: 'European Ferrous Recovery and Recycling Federation (EFR), May 2007',
  gaps: ['residual limits are not checked against the document', 'E5H: limits by agreement only'],
  sources: {
    residuals: {
      basis: 'from-memory',
      text: 'EU-27 Steel Scrap Specification: residual elements. Not checked against the document',
    },
    physical: {
      basis: 'published',
      text: 'EU-27 Steel Scrap Specification: density and steriles of E1, E2, E3, E6, E8, density of E40, as yard pages give them',
    },
    forms: {
      basis: 'derived',
      text: 'Names and dimensions of the categories: thickness, shredding, compressing, turning and incineration are not undone by sorting',
    },
    recalled: {
      basis: 'from-memory',
      text: 'EU-27 Steel Scrap Specification: the other dimensions, densities and steriles',
    },
  },
  grades: [
    {
      grade: 'E2',
      name: 'New thick production scrap',
      form: formOf('thick', 'forms'),
      limits: [
        atMost(['sterile'], 3_000, 'physical'),
        atMost(RESIDUALS, 3_000, 'residuals'),
        density(600, 'physical'),
        length('thickness', { least: 3, source: 'recalled' }),
      ],
      alsoAsks: ['uncoated', TRUCK_SIZE],
    },
    {
      grade: 'E8',
      name: 'New thin production scrap, loose',
      form: formOf('thin', 'forms'),
      limits: [
        atMost(['sterile'], 3_000, 'physical'),
        atMost(RESIDUALS, 3_000, 'residuals'),
        density(400, 'physical'),
        length('thickness', { most: 3, source: 'recalled' }),
      ],
      alsoAsks: ['uncoated'],
    },
    {
      grade: 'E6',
      name: 'New thin production scrap, compressed',
      form: formOf('compressed', 'forms'),
      limits: [
        atMost(['sterile'], 3_000, 'physical'),
        atMost(RESIDUALS, 3_000, 'residuals'),
        density(1_000, 'physical'),
        length('thickness', { most: 3, source: 'recalled' }),
      ],
      alsoAsks: ['uncoated'],
    },
    {
      grade: 'E3',
      name: 'Old thick scrap',
      form: formOf('thick', 'forms'),
      limits: [
        atMost(['sterile'], 10_000, 'physical'),
        atMost(['Cu'], 2_500, 'residuals'),
        atMost(['Sn'], 100, 'residuals'),
        atMost(ALLOYS, 2_500, 'residuals'),
        density(600, 'physical'),
        length('thickness', { least: 6, source: 'recalled' }),
      ],
      alsoAsks: ['no rebars, no merchant bars', TRUCK_SIZE],
    },
    {
      grade: 'E40',
      name: 'Shredded',
      form: formOf('shredded', 'forms'),
      limits: [
        atMost(['sterile'], 4_000, 'recalled'),
        atMost(['Cu'], 2_500, 'residuals'),
        atMost(['Sn'], 200, 'residuals'),
        density(900, 'physical'),
        length('largest-piece', { most: 1_000, source: 'physical' }),
      ],
      alsoAsks: ['95 % of it at most 200 mm'],
    },
    {
      grade: 'E1',
      name: 'Old thin scrap',
      form: formOf('thin', 'forms'),
      limits: [
        atMost(['sterile'], 15_000, 'physical'),
        atMost(['Cu'], 4_000, 'residuals'),
        atMost(['Sn'], 200, 'residuals'),
        atMost(ALLOYS, 3_000, 'residuals'),
        density(500, 'physical'),
        length('thickness', { most: 6, source: 'recalled' }),
      ],
      alsoAsks: [TRUCK_SIZE],
    },
    {
      grade: 'EHRM',
      name: 'Machinery parts',
      form: formOf('machinery-parts', 'forms'),
      limits: [
        atMost(['sterile'], 7_000, 'recalled'),
        atMost(['Cu'], 4_000, 'residuals'),
        atMost(['Sn'], 300, 'residuals'),
        atMost(ALLOYS, 10_000, 'residuals'),
        density(600, 'recalled'),
      ],
      alsoAsks: [TRUCK_SIZE],
    },
    {
      grade: 'EHRB',
      name: 'Rebars and merchant bars',
      form: formOf('bars', 'forms'),
      limits: [
        atMost(['sterile'], 15_000, 'recalled'),
        atMost(['Cu'], 4_500, 'residuals'),
        atMost(['Sn'], 300, 'residuals'),
        atMost(ALLOYS, 3_500, 'residuals'),
        density(500, 'recalled'),
      ],
      alsoAsks: [TRUCK_SIZE],
    },
    {
      grade: 'E5M',
      name: 'Turnings of mixed steels',
      form: formOf('turnings', 'forms'),
      limits: [
        atMost(['Cu'], 4_000, 'residuals'),
        atMost(['Sn'], 300, 'residuals'),
        atMost(ALLOYS, 10_000, 'residuals'),
        atMost(['S'], 1_000, 'residuals'),
      ],
    },
    {
      grade: 'E46',
      name: 'Fragmentised, from incineration',
      form: formOf('incinerated-shred', 'forms'),
      limits: [
        atLeast(['Fe'], 920_000, 'recalled'),
        atMost(['Cu'], 5_000, 'residuals'),
        atMost(['Sn'], 700, 'residuals'),
        density(800, 'recalled'),
        length('largest-piece', { most: 200, source: 'recalled' }),
      ],
    },
    {
      grade: 'E5H',
      name: 'Turnings of known carbon steel',
      form: formOf('turnings', 'forms'),
      limits: [],
      alsoAsks: ['homogeneous lots of carbon steel; chemical analysis may be asked for'],
    },
  ],
};
