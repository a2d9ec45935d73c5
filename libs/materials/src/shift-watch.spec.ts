import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { standardized } from './estimate.js';
import { ALARM_ABOVE, RESTED, SLACK, type ShiftWatch, watchShift } from './shift-watch.js';

/** Steps up to the alarm, undefined where none came. */
function alarmAt(steps: readonly number[]): number | undefined {
  let watch: ShiftWatch = RESTED;
  for (const [at, step] of steps.entries()) {
    const next = watchShift(watch, step);
    if (next.alarm !== undefined) return at + 1;
    ({ watch } = next);
  }
  return undefined;
}

const shifted = (by: number): number[] => new Array<number>(1_000).fill(by);

describe('watchShift', () => {
  it('calls a lasting shift after as many steps as the excess over the slack needs', () => {
    for (const by of [1, 2, 3.3]) {
      expect(alarmAt(shifted(by))).toBe(Math.floor(ALARM_ABOVE / (by - SLACK)) + 1);
      expect(alarmAt(shifted(-by))).toBe(alarmAt(shifted(by)));
    }
  });

  it('never calls what stays within the slack', () => {
    const small = fc.double({ min: -SLACK, max: SLACK, noNaN: true });
    fc.assert(
      fc.property(fc.array(small, { maxLength: 200 }), (steps) => {
        expect(alarmAt(steps)).toBeUndefined();
      }),
    );
  });

  it('finds a sensor that drifts away from its assays', () => {
    const steps = Array.from({ length: 40 }, (_step, lot) => {
      const read = { value: 2_000 * (1 + 0.004 * lot), deviation: 60 };
      return standardized(read, { value: 2_000, deviation: 40 });
    });
    const found = alarmAt(steps)!;
    expect(found).toBeGreaterThan(10);
    expect(found).toBeLessThan(25);
    expect(standardized({ value: 1, deviation: 0 }, { value: 2, deviation: 0 })).toBe(0);
  });

  it('says which way, and starts anew', () => {
    expect(watchShift({ above: 7, below: 0 }, 3)).toEqual({ watch: RESTED, alarm: 'high' });
    expect(watchShift({ above: 0, below: 7 }, -3)).toEqual({ watch: RESTED, alarm: 'low' });
  });
});
