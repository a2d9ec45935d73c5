import { describe, expect, it } from '@jest/globals';
import { InvariantError } from '#contracts';
import { type Fence, judgeClaim, recordDigest } from './judge-claim.js';

const fence = (nextOffset: bigint, lastDigest: Buffer | null = Buffer.alloc(32, 1)): Fence => ({
  clusterId: 'c1',
  epoch: 3,
  nextOffset,
  lastDigest,
});
const bounds = (
  logStart: bigint,
  logEnd: bigint,
  clusterId = 'c1',
): Parameters<typeof judgeClaim>[1] => ({ clusterId, topic: 't', partition: 0, logStart, logEnd });

describe('a claim of a partition', () => {
  it('begins at the start of the log when nothing was ever booked', () => {
    expect(judgeClaim(null, bounds(7n, 9n))).toEqual({ next: 7n, expected: null, notice: null });
  });

  it('compares the record before the next one while the broker has it', () => {
    expect(judgeClaim(fence(9n), bounds(7n, 9n))).toEqual({
      next: 9n,
      expected: Buffer.alloc(32, 1),
      notice: null,
    });
  });

  it('goes on with a notice when retention has just passed the record before', () => {
    const start = judgeClaim(fence(7n), bounds(7n, 9n));
    expect(start).toMatchObject({ next: 7n, expected: null });
    expect(start.notice).toContain('could not be compared');
  });

  it.each([
    ['retention passed the next record', bounds(10n, 12n), 'records are lost'],
    ['the broker lost its tail', bounds(0n, 8n), 'lost its tail'],
    ['it is another cluster', bounds(0n, 9n, 'c2'), 'cluster c1'],
  ])('stops with the remedy when %s', (_case, place, message) => {
    const claim = (): unknown => judgeClaim(fence(9n), place);
    expect(claim).toThrow(InvariantError);
    expect(claim).toThrow(message);
    expect(claim).toThrow('urbanmine fence adopt');
  });
});

describe('the digest of a record', () => {
  const record = { headers: { b: Buffer.from('2'), a: '1' }, value: Buffer.from('v') };

  it('depends on headers and value, not on the order of headers', () => {
    const digest = recordDigest(record);
    expect(recordDigest({ headers: { a: Buffer.from('1'), b: '2' }, value: record.value })).toEqual(
      digest,
    );
    expect(recordDigest({ ...record, value: null })).not.toEqual(digest);
    expect(recordDigest({ ...record, headers: { a: '1' } })).not.toEqual(digest);
  });
});
