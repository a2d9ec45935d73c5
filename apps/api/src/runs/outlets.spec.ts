import { describe, expect, it } from '@jest/globals';
import { outletsOf } from './outlets.js';

describe('the outlets of a run', () => {
  it('are all that were planned, weighed or seen, by number', () => {
    const outlets = outletsOf(
      {
        outlets: [{ outlet: 1, lotId: 'north.lot-2', targetClass: 'copper' }],
        weighedOut: [{ outlet: 0, massMg: 12n, uncertaintyMg2: 25n, containers: 2 }],
        estimatedOut: [{ outlet: 10, class: 'steel', massMg: 2n ** 60n, pieces: 3n }],
      },
      new Map(),
    );
    expect(outlets).toEqual([
      {
        outlet: 0,
        lotId: null,
        targetClass: null,
        role: null,
        keepsGrade: null,
        weighedMg: '12',
        weighedUncertaintyMg: '5',
        containers: 2,
        estimated: [],
      },
      {
        outlet: 1,
        lotId: 'north.lot-2',
        targetClass: 'copper',
        role: 'product',
        keepsGrade: null,
        weighedMg: '0',
        weighedUncertaintyMg: '0',
        containers: 0,
        estimated: [],
      },
      {
        outlet: 10,
        lotId: null,
        targetClass: null,
        role: null,
        keepsGrade: null,
        weighedMg: '0',
        weighedUncertaintyMg: '0',
        containers: 0,
        estimated: [{ class: 'steel', massMg: '1152921504606846976', pieces: '3' }],
      },
    ]);
  });
});
