import { describe, expect, it } from '@jest/globals';
import { backoffMs } from './backoff.js';

describe('backoffMs', () => {
  it('doubles from 100 ms to 5 s and stays there', () => {
    expect([1, 2, 3, 6, 7, 40, 5000].map((attempt) => backoffMs(attempt, 0))).toEqual([
      100, 200, 400, 3200, 5000, 5000, 5000,
    ]);
  });

  it('takes at most half off', () => {
    expect(backoffMs(1, 0.999999)).toBe(50);
    expect(backoffMs(20, 0.5)).toBe(3750);
  });
});
