import { type GradeBook, atLeast, atMost, density, formOf } from './grades.js';

/** A mill's own order, as an example of a customer book; its figures are nobody's. */
export const EXAMPLE_CUSTOMER_GRADES: GradeBook = {
  book: 'grades-customer-example-mill',
  version: 1,
  validFrom: '2026-11-01',
  stream: 'steel',
  issuer: 'Example mill: supply agreement',
  gaps: [],
  sources: {
    rmdas: {
      basis: 'published',
      text: 'RMDAS No. 1 shred at most 0.17 % Cu; a mill limit that moved from 0.20 to 0.25 % Cu (ASTM paper)',
    },
    assumed: { basis: 'assumed', text: 'Chosen for the example' },
  },
  grades: [
    {
      grade: 'low-copper-shred',
      name: 'Low-copper shred for flat products',
      form: formOf('shredded', 'assumed'),
      limits: [
        atMost(['Cu'], 1_700, 'rmdas'),
        atMost(['Sn'], 150, 'assumed'),
        atMost(['sterile'], 4_000, 'assumed'),
        atLeast(['Fe'], 940_000, 'assumed'),
        density(900, 'assumed'),
      ],
    },
    {
      grade: 'standard-shred',
      name: 'Shred for long products',
      form: formOf('shredded', 'assumed'),
      limits: [
        atMost(['Cu'], 2_500, 'rmdas'),
        atMost(['Sn'], 200, 'assumed'),
        atMost(['sterile'], 8_000, 'assumed'),
      ],
    },
  ],
};
