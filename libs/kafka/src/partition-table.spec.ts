import { describe, expect, it } from '@jest/globals';
import { judgeStart, PartitionTable } from './partition-table.js';

function stateAt(next: bigint | undefined) {
  const table = new PartitionTable();
  table.assign({ t: [0] }, 'active');
  const state = table.get('t', 0)!;
  state.next = next;
  return state;
}

describe('judgeStart', () => {
  it('takes any start until one is known, then only the next offset', () => {
    expect(judgeStart(stateAt(undefined), 7n)).toBe('handle');
    expect(judgeStart(stateAt(7n), 7n)).toBe('handle');
  });

  it('drops what was fetched before a seek took effect', () => {
    const state = stateAt(100n);
    expect(judgeStart(state, 3n)).toBe('seek-again');
    expect(judgeStart(state, 100n)).toBe('handle');
    expect(judgeStart(state, 3n)).toBe('seek-again');
  });

  it('believes a start that comes again after the seek was repeated', () => {
    const state = stateAt(100n);
    expect([judgeStart(state, 150n), judgeStart(state, 150n)]).toEqual([
      'seek-again',
      'out-of-range',
    ]);
  });
});

describe('PartitionTable', () => {
  it('makes a new state for each assignment and keeps the failures of one that stays', () => {
    const table = new PartitionTable();
    table.assign({ t: [0, 1] }, 'active');
    const before = table.get('t', 1)!;
    before.unknownFailures = 4;
    const revoked = table.assign({ t: [1, 2] }, 'claiming');
    expect(revoked.map(({ partition }) => partition)).toEqual([0]);
    expect(table.isCurrent(before)).toBe(false);
    expect(table.get('t', 1)).toMatchObject({ phase: 'claiming', unknownFailures: 4 });
  });
});
