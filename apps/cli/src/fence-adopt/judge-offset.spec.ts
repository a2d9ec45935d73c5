import { describe, expect, it } from '@jest/globals';
import { judgeOffset } from './judge-offset.js';

const place = { next: 50, logStart: 10, logEnd: 60 };

describe('an adopted offset', () => {
  it.each([
    ['kept', 50],
    ['earliest', 10],
    ['latest', 60],
    [33, 33],
    [60, 60],
  ] as const)('%s is %i', (target, offset) => {
    expect(judgeOffset(target, place)).toEqual({ offset });
  });

  it.each([9, 61])('is one that the stream has, not %i', (target) => {
    expect(judgeOffset(target, place)).toMatchObject({ problem: expect.any(String) });
  });

  it('cannot be kept when the stream does not reach it', () => {
    expect(judgeOffset('kept', { ...place, logEnd: 20 })).toHaveProperty('problem');
  });
});
