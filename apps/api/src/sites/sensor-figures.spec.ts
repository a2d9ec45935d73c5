import { describe, expect, it } from '@jest/globals';
import { sensorFiguresOf } from './sensor-figures.store.js';

type Watched = Parameters<typeof sensorFiguresOf>[1][number];

const watch = (station: string, analyte: string, above: number, below: number): Watched => ({
  source: `north.${station}`,
  ...{ analyte, above, below, shift: null },
});

describe('the figures of sensors', () => {
  it('are those of the analyte that is furthest off, whichever way', () => {
    const found = sensorFiguresOf('north', [
      watch('sorter-1', 'Cr', 1, 0),
      watch('sorter-1', 'Cu', 0, 5.5),
      watch('sorter-2', 'Cu', 2, 1),
    ]);
    expect(found).toEqual([
      { siteId: 'north', station: 'sorter-1', sigmas: -5.5, shifts: [] },
      { siteId: 'north', station: 'sorter-2', sigmas: 2, shifts: [] },
    ]);
    expect(sensorFiguresOf('north', [])).toEqual([]);
  });

  it('name each analyte of which an exception is open', () => {
    const open = { direction: 'high', exceptionId: 'north.exception-7' } as const;
    const [found] = sensorFiguresOf('north', [
      { ...watch('sorter-1', 'Cr', 0, 0), shift: open },
      watch('sorter-1', 'Cu', 0, 0),
    ]);
    expect(found?.shifts).toEqual([{ analyte: 'Cr', direction: 'high' }]);
  });
});
