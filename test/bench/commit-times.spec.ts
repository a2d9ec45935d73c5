import { describe, expect, it } from '@jest/globals';
import { commitMs, readCommitBuckets } from './commit-times.js';

const text = (counts: readonly number[]): string =>
  ['0.01', '0.02', '0.1', '+Inf']
    .map((bound, at) => `urbanmine_ledger_commit_seconds_bucket{le="${bound}"} ${counts[at]!}`)
    .join('\n');

describe('times of commits', () => {
  const before = readCommitBuckets(text([5, 5, 5, 5]));

  it('are those between two readings, interpolated within a bucket', () => {
    const after = readCommitBuckets(text([5, 105, 105, 105]));
    expect(commitMs(before, after, 0.5)).toBeCloseTo(15);
    expect(commitMs(before, after, 1)).toBeCloseTo(20);
    const mixed = readCommitBuckets(text([95, 95, 105, 105]));
    expect(commitMs(before, mixed, 0.95)).toBeCloseTo(60);
  });

  it('are at most the highest bound, and none without commits', () => {
    expect(commitMs(before, readCommitBuckets(text([5, 5, 5, 9])), 0.99)).toBe(100);
    expect(commitMs(before, before, 0.5)).toBeNaN();
  });
});
