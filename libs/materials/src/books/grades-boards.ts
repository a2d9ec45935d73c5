import { type GradeBook, atLeast } from './grades.js';

/** Classes of printed circuit boards by gold; between them is no class, as published. */
export const BOARD_GRADES: GradeBook = {
  book: 'grades-boards',
  version: 1,
  validFrom: '2026-11-01',
  stream: 'ewaste',
  issuer: 'Commercial classes of printed circuit boards',
  gaps: ['100 to 400 g/t: the source names no class'],
  sources: {
    classes: {
      basis: 'published',
      text: 'Commercial classes by gold: low below 100 g/t, high 400 to 500 g/t, very high above 500 g/t',
    },
  },
  grades: [
    { grade: 'boards-very-high', name: 'Very high', limits: [atLeast(['Au'], 500, 'classes')] },
    { grade: 'boards-high', name: 'High', limits: [atLeast(['Au'], 400, 'classes')] },
    { grade: 'boards-low', name: 'Low', limits: [] },
  ],
};
