import { describe, expect, it } from '@jest/globals';
import { InvariantError } from '#contracts';
import * as accounts from './accounts.js';

const RUN = 'north.run-1';

describe('accounts', () => {
  it.each([
    [accounts.WORLD_IN, { book: 'W', kind: 'world-in', owner: '' }],
    [accounts.WORLD_OUT, { book: 'W', kind: 'world-out', owner: '' }],
    [accounts.weighedLot('north.a'), { book: 'W', kind: 'lot', owner: 'north.a' }],
    [accounts.lotVariance('north.a'), { book: 'W', kind: 'variance', owner: 'north.a' }],
    [accounts.weighedRun(RUN), { book: 'W', kind: 'run', owner: RUN }],
    [accounts.weighedOutlet(RUN, 7), { book: 'W', kind: 'outlet', owner: RUN, part: '7' }],
    [accounts.loss('dust', RUN), { book: 'W', kind: 'loss-dust', owner: RUN }],
    [accounts.unaccounted(RUN), { book: 'W', kind: 'unaccounted', owner: RUN }],
    [accounts.transit('north.s'), { book: 'W', kind: 'transit', owner: 'north.s' }],
    [accounts.estimatedRun(RUN), { book: 'E', kind: 'run', owner: RUN }],
    [
      accounts.estimatedLot('north.a', 'Cu'),
      { book: 'E', kind: 'lot', owner: 'north.a', part: 'Cu' },
    ],
    [
      accounts.estimatedOutlet(RUN, 7, 'Cu'),
      { book: 'E', kind: 'outlet', owner: RUN, part: '7:Cu' },
    ],
  ])('%s reads back', (key, parsed) => {
    expect(accounts.parseAccount(key)).toEqual(parsed);
  });

  it('refuses what is no account', () => {
    expect(() => accounts.parseAccount('X:lot:a')).toThrow(InvariantError);
  });
});
